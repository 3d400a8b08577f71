package io.parley.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration is not acceptable: every mistake in one message, each with what to do about it. Has no stack. */
public final class ConfigException extends RuntimeException {

    private final transient List<String> errors;

    public ConfigException(List<String> errors) {
        super(fullMessage(errors), null, false, false);
        this.errors = List.copyOf(errors);
    }

    public List<String> errors() {
        return errors;
    }

    /** All of it, for people to read. */
    public String fullMessage() {
        return fullMessage(errors);
    }

    private static String fullMessage(List<String> errors) {
        String count = errors.size() == 1 ? "a mistake" : errors.size() + " mistakes";
        return errors.stream()
                .map(error -> "\n  - " + error)
                .collect(Collectors.joining("", "The configuration has " + count + "; nothing was started.", ""));
    }
}
