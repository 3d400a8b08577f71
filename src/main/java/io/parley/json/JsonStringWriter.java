package io.parley.json;

import io.vertx.core.buffer.Buffer;

/** Writes a string as JSON straight into a buffer; lone surrogates become escapes. */
public final class JsonStringWriter {

    private static final String HEX = "0123456789abcdef";

    private JsonStringWriter() {}

    /** Appends {@code text} to {@code out} in quotation marks. */
    public static void append(Buffer out, String text) {
        out.appendByte((byte) '"');
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c)) {
                out.appendString(text.substring(from, i)).appendString(escaped(c));
                from = i + 1;
            }
        }
        out.appendString(from == 0 ? text : text.substring(from)).appendByte((byte) '"');
    }

    private static String escaped(char c) {
        return switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default ->
                "\\u" + HEX.charAt(c >> 12) + HEX.charAt(c >> 8 & 15) + HEX.charAt(c >> 4 & 15) + HEX.charAt(c & 15);
        };
    }
}
