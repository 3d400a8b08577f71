package io.parley.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Quotes a few words of a text. Limits the code points as well as the words, because many scripts write no spaces and a text may be
 * nothing but emoji. Does not split an emoji or an accented letter, unless it alone is longer than the limit of a word.
 */
final class Quotation {

    private static final int MAX_WORDS = 9;
    private static final int MAX_CODE_POINTS = 60;
    private static final int MAX_CODE_POINTS_OF_WORD = 20;

    private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?])\\s+|(?<=[。！？])|\\n+");
    private static final Pattern MARKS = Pattern.compile("[“”\"«».!?:;…。！？]+");
    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final Pattern CHARACTER = Pattern.compile("\\X");

    private Quotation() {}

    /** The first words of the first sentence; empty if it has none. */
    static String opening(String text) {
        List<String> words = words(SENTENCE_END.split(text.strip(), 2)[0]);
        return String.join(" ", fitting(words.stream().map(Quotation::start)));
    }

    /** The last words of the last sentence, without quotation marks, so that quotations are not nested. */
    static String ending(String text) {
        List<String> words = SENTENCE_END
                .splitAsStream(text.strip())
                .map(Quotation::words)
                .filter(sentence -> !sentence.isEmpty())
                .reduce(List.of(), (_, later) -> later);
        return String.join(
                " ", fitting(words.reversed().stream().map(Quotation::end)).reversed());
    }

    private static List<String> words(String text) {
        return SPACES.splitAsStream(MARKS.matcher(text).replaceAll(" ").strip())
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static List<String> fitting(Stream<String> words) {
        return fitting(words.limit(MAX_WORDS).toList(), MAX_CODE_POINTS);
    }

    private static String start(String word) {
        String start = Sentences.truncate(word, MAX_CODE_POINTS_OF_WORD + 1);
        return orCut(String.join("", fitting(characters(start), MAX_CODE_POINTS_OF_WORD)), word);
    }

    private static String end(String word) {
        List<String> backwards = characters(word).reversed();
        return orCut(String.join("", fitting(backwards, MAX_CODE_POINTS_OF_WORD).reversed()), word);
    }

    private static String orCut(String fitting, String word) {
        return fitting.isEmpty() ? Sentences.truncate(word, MAX_CODE_POINTS_OF_WORD) : fitting;
    }

    /** As many of the first parts as fit into {@code max} code points. */
    private static List<String> fitting(List<String> parts, int max) {
        List<String> fitting = new ArrayList<>();
        int length = 0;
        for (String part : parts) {
            length += part.codePointCount(0, part.length());
            if (length > max) {
                break;
            }
            fitting.add(part);
        }
        return fitting;
    }

    private static List<String> characters(String text) {
        return CHARACTER.matcher(text).results().map(MatchResult::group).toList();
    }
}
