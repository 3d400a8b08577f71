package io.parley.export.document;

import java.util.List;

/**
 * Makes text safe to display: replaces control characters and unpaired surrogates with visible characters, and unusual
 * line ends with {@code \n}.
 */
public final class TextSanitizer {

    private static final char REPLACEMENT = '\ufffd';
    private static final char CONTROL_PICTURES = '\u2400';
    private static final char DELETE_PICTURE = '\u2421';

    private TextSanitizer() {}

    /** The sanitized lines of {@code text}, split at every kind of line end. */
    public static List<String> lines(String text) {
        return List.of(sanitize(text).split("\n", -1));
    }

    /** The sanitized text on one line, for headings: without line ends, tabs and format characters such as direction marks. */
    static String singleLine(String text) {
        return sanitize(text)
                .replaceAll("[\\p{Cf}&&[^\u200d]]", "")
                .replaceAll("\\s+", " ")
                .strip();
    }

    private static String sanitize(String text) {
        String normalized = text.replaceAll("\r\n|[\r\u0085\u2028\u2029]", "\n");
        StringBuilder sanitized = new StringBuilder(normalized.length());
        normalized.codePoints().map(TextSanitizer::replaceControl).forEach(sanitized::appendCodePoint);
        return sanitized.toString();
    }

    private static int replaceControl(int c) {
        if (c == '\n' || c == '\t') {
            return c;
        }
        if (c < ' ') {
            return CONTROL_PICTURES + c;
        }
        if (c == 0x7f) {
            return DELETE_PICTURE;
        }
        boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        boolean noncharacter = (c & 0xfffe) == 0xfffe;
        return (c > 0x7f && c < 0xa0) || surrogate || noncharacter ? REPLACEMENT : c;
    }
}
