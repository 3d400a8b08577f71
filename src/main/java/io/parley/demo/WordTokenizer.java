package io.parley.demo;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Splits a text into words and punctuation marks, each with the space before it. Joining the tokens restores the text. */
final class WordTokenizer {

    private static final Pattern TOKEN =
            Pattern.compile("\\s*+(?:[\\p{L}\\p{M}\\p{N}_'’]++|[^\\s\\p{L}\\p{M}\\p{N}_'’])|\\s++");

    private WordTokenizer() {}

    static List<String> tokenize(String text) {
        return TOKEN.matcher(text).results().map(MatchResult::group).toList();
    }
}
