package io.parley.provider;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Masks the parts of a short message that also occur in long texts. Matches that are too short to reveal anything are kept. */
final class PromptRedactor {

    private static final int SHORTEST = 12;

    private final String words;
    private final Set<String> windows;
    private final Set<String> shared = new HashSet<>();

    PromptRedactor(String words) {
        this.words = words;
        this.windows = IntStream.rangeClosed(0, words.length() - SHORTEST)
                .mapToObj(at -> window(words, at))
                .collect(Collectors.toSet());
    }

    /** Finds the parts of the message that occur in {@code text}, in one pass. */
    void look(String text) {
        for (int at = 0; !windows.isEmpty() && at <= text.length() - SHORTEST; at++) {
            String window = window(text, at);
            if (windows.contains(window)) {
                shared.add(window);
            }
        }
    }

    /** The message with {@code mask} in place of every part that was found. */
    String replaced(String mask) {
        StringBuilder kept = new StringBuilder();
        int end = 0; // of the last match
        for (int at = 0; at < words.length(); at++) {
            if (at <= words.length() - SHORTEST && shared.contains(window(words, at))) {
                kept.append(at < end ? "" : mask);
                end = at + SHORTEST;
            } else if (at >= end) {
                kept.append(words.charAt(at));
            }
        }
        return kept.toString();
    }

    private static String window(String text, int at) {
        return text.substring(at, at + SHORTEST);
    }
}
