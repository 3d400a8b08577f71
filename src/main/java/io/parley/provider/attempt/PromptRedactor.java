package io.parley.provider.attempt;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Masks the parts of a short message that also occur in long texts. Matches that are too short to reveal anything are kept. */
final class PromptRedactor {

    private static final int MIN_LENGTH = 12;

    private final String message;
    private final Set<String> windows;
    private final Set<String> shared = new HashSet<>();

    PromptRedactor(String message) {
        this.message = message;
        this.windows = IntStream.rangeClosed(0, message.length() - MIN_LENGTH)
                .mapToObj(at -> window(message, at))
                .collect(Collectors.toSet());
    }

    /** Finds the parts of the message that occur in {@code text}, in one pass. */
    void scan(String text) {
        for (int at = 0; !windows.isEmpty() && at <= text.length() - MIN_LENGTH; at++) {
            String window = window(text, at);
            if (windows.contains(window)) {
                shared.add(window);
            }
        }
    }

    /** The message with {@code mask} in place of every part that was found. */
    String masked(String mask) {
        StringBuilder masked = new StringBuilder();
        int end = 0; // of the last match
        for (int at = 0; at < message.length(); at++) {
            if (at <= message.length() - MIN_LENGTH && shared.contains(window(message, at))) {
                masked.append(at < end ? "" : mask);
                end = at + MIN_LENGTH;
            } else if (at >= end) {
                masked.append(message.charAt(at));
            }
        }
        return masked.toString();
    }

    private static String window(String text, int at) {
        return text.substring(at, at + MIN_LENGTH);
    }
}
