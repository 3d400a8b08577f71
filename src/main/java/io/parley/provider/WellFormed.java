package io.parley.provider;

/**
 * Makes pieces of text that can be written as UTF-8: half of a surrogate pair waits for its other half in the next piece, and one
 * that stays alone becomes U+FFFD.
 */
final class WellFormed {

    private static final char REPLACEMENT = '\uFFFD';

    private String held = "";

    /** The piece, with what was held back before it; empty if all of it must wait. */
    String take(String piece) {
        String text = held.isEmpty() ? piece : held + piece;
        int length = text.length();
        if (length > 0 && Character.isHighSurrogate(text.charAt(length - 1))) {
            held = text.substring(length - 1);
            text = text.substring(0, length - 1);
        } else {
            held = "";
        }
        return mended(text);
    }

    /** What is still held back: its other half will never come. */
    String rest() {
        String rest = held.isEmpty() ? "" : String.valueOf(REPLACEMENT);
        held = "";
        return rest;
    }

    private static String mended(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (Character.isSurrogate(text.charAt(at))) {
                return mendedFrom(at, text);
            }
        }
        return text;
    }

    private static String mendedFrom(int first, String text) {
        StringBuilder out = new StringBuilder(text);
        for (int at = first; at < out.length(); at++) {
            boolean pair = at + 1 < out.length() && Character.isSurrogatePair(out.charAt(at), out.charAt(at + 1));
            if (pair) {
                at++;
            } else if (Character.isSurrogate(out.charAt(at))) {
                out.setCharAt(at, REPLACEMENT);
            }
        }
        return out.toString();
    }
}
