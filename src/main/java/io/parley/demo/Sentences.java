package io.parley.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Splits and trims plain text. Reads it once, forward or backward, so that long texts are cheap. */
final class Sentences {

    private static final Pattern SPACES = Pattern.compile("\\s++");
    private static final String TERMINATORS = ".!?;";
    private static final String EDGES = " \t\r,:;.!?–—-";
    private static final List<String> DANGLING =
            List.of(" and", " then", " but", " so", " thanks", " thank", " please");
    private static final List<String> LEADING = List.of("then ", "also ", "and ");

    private Sentences() {}

    /** The sentences of a line, with their terminators. A terminator ends a sentence only before a space. */
    static List<String> split(String line) {
        List<String> sentences = new ArrayList<>();
        int from = 0;
        for (int index = 0; index < line.length(); index++) {
            boolean last = index + 1 == line.length();
            if (last
                    || (TERMINATORS.indexOf(line.charAt(index)) >= 0
                            && Character.isWhitespace(line.charAt(index + 1)))) {
                sentences.add(line.substring(from, index + 1).strip());
                from = index + 1;
            }
        }
        return sentences;
    }

    /** Removes punctuation and filler words at both ends. */
    static String trim(String text) {
        int from = 0;
        while (from < text.length() && EDGES.indexOf(text.charAt(from)) >= 0) {
            from++;
        }
        for (String leading : LEADING) {
            from += text.startsWith(leading, from) ? leading.length() : 0;
        }
        int to = text.length();
        for (int previousEnd = -1; to > from && to != previousEnd; ) {
            previousEnd = to;
            while (to > from && EDGES.indexOf(text.charAt(to - 1)) >= 0) {
                to--;
            }
            for (String dangling : DANGLING) {
                int length = dangling.length();
                to -= text.regionMatches(true, to - length, dangling, 0, length) ? length : 0;
            }
        }
        return text.substring(from, Math.max(from, to));
    }

    /** The first word, in lower case. */
    static String firstWord(String text) {
        int to = 0;
        while (to < text.length() && (Character.isLetter(text.charAt(to)) || "'’".indexOf(text.charAt(to)) >= 0)) {
            to++;
        }
        return text.substring(0, to).toLowerCase(Locale.ROOT);
    }

    /** Replaces each run of spaces with one space. */
    static String collapseSpaces(String text) {
        return SPACES.matcher(text).replaceAll(" ");
    }

    /** The first {@code max} code points. */
    static String truncate(String text, int max) {
        return text.codePointCount(0, text.length()) <= max
                ? text
                : text.substring(0, text.offsetByCodePoints(0, max)).strip();
    }

    static String capitalize(String text) {
        int first = text.offsetByCodePoints(0, 1);
        return text.substring(0, first).toUpperCase(Locale.ROOT) + text.substring(first);
    }
}
