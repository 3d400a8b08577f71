package io.parley.demo;

import java.util.Locale;

/**
 * Embeds a text without a model: each word adds to a few pseudo-random dimensions, so that texts with common words are similar. The same text
 * always has the same vector, of length 1.
 */
final class HashVector {

    private static final int FEATURES_PER_WORD = 8;
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private HashVector() {}

    static float[] of(String text, int dimensions) {
        double[] sum = new double[dimensions];
        add("", sum); // an empty text has a vector, too
        for (String token : WordTokenizer.tokenize(text.toLowerCase(Locale.ROOT))) {
            if (!token.isBlank()) {
                add(token.strip(), sum);
            }
        }
        double length = 0;
        for (double value : sum) {
            length += value * value;
        }
        float[] unit = new float[dimensions];
        for (int at = 0; at < dimensions; at++) {
            unit[at] = (float) (sum[at] / Math.sqrt(length));
        }
        return unit;
    }

    private static void add(String word, double[] sum) {
        double weight = word.isEmpty() ? 0.01 : 1;
        long state = hash(word);
        for (int feature = 0; feature < FEATURES_PER_WORD; feature++) {
            state += GOLDEN_GAMMA;
            long mixed = mix(state);
            sum[Math.floorMod(mixed, sum.length)] += weight * (0.5 + (mixed >>> 11) * 0x1p-53);
        }
    }

    /** FNV-1a, which is the same in every process. */
    private static long hash(String word) {
        long hash = 0xCBF29CE484222325L;
        for (int at = 0; at < word.length(); at++) {
            hash = (hash ^ word.charAt(at)) * 0x100000001B3L;
        }
        return hash;
    }

    /** SplitMix64. */
    private static long mix(long state) {
        long mixed = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
