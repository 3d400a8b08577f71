package io.parley.provider.codec;

/**
 * Repairs text pieces so that they can be encoded as UTF-8: half of a surrogate pair is held back until the next piece, and a lone
 * surrogate becomes U+FFFD.
 */
public final class SurrogateRepair {

    private static final char REPLACEMENT = '\uFFFD';

    private String pending = "";

    /** Returns the piece, preceded by what was held back before; empty if all of it is held back. */
    public String repair(String piece) {
        String text = pending.isEmpty() ? piece : pending + piece;
        int length = text.length();
        if (length > 0 && Character.isHighSurrogate(text.charAt(length - 1))) {
            pending = text.substring(length - 1);
            text = text.substring(0, length - 1);
        } else {
            pending = "";
        }
        return repaired(text);
    }

    /** Returns what is still held back as U+FFFD, because its other half is missing. */
    public String flush() {
        String replacement = pending.isEmpty() ? "" : String.valueOf(REPLACEMENT);
        pending = "";
        return replacement;
    }

    private static String repaired(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (Character.isSurrogate(text.charAt(at))) {
                return repairedFrom(at, text);
            }
        }
        return text;
    }

    private static String repairedFrom(int first, String text) {
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
