package io.parley.config;

import java.util.List;
import java.util.stream.Collectors;

/** Reports all errors of a configuration in one message, each with instructions to correct it. Has no stack trace. */
public final class ConfigException extends RuntimeException {

    private final transient List<String> errors;

    public ConfigException(List<String> errors) {
        super(fullMessage(errors), null, false, false);
        this.errors = List.copyOf(errors);
    }

    public List<String> errors() {
        return errors;
    }

    /** All errors as one text for the operator. */
    public String fullMessage() {
        return fullMessage(errors);
    }

    private static String fullMessage(List<String> errors) {
        String count = errors.size() == 1 ? "1 error" : errors.size() + " errors";
        return errors.stream()
                .map(error -> "\n  - " + error)
                .collect(
                        Collectors.joining("", "The configuration has " + count + "; the server was not started.", ""));
    }
}
