package io.parley.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration is not acceptable: every mistake in one message, each with what to do about it. Has no stack. */
public final class ConfigException extends RuntimeException {

    private final transient List<String> mistakes;

    ConfigException(List<String> mistakes) {
        super(sentences(mistakes), null, false, false);
        this.mistakes = List.copyOf(mistakes);
    }

    public List<String> mistakes() {
        return mistakes;
    }

    /** All of it, for people to read. */
    public String sentences() {
        return sentences(mistakes);
    }

    private static String sentences(List<String> mistakes) {
        String count = mistakes.size() == 1 ? "a mistake" : mistakes.size() + " mistakes";
        return mistakes.stream()
                .map(mistake -> "\n  - " + mistake)
                .collect(Collectors.joining("", "The configuration has " + count + "; nothing was started.", ""));
    }
}
