package io.parley.contract;

import static java.util.Objects.requireNonNullElse;

import java.util.List;
import java.util.Optional;

/**
 * The tools that a model may call, and how freely. Whoever asks runs them; nobody here does.
 *
 * @param named the one tool that must be called, with {@link Use#REQUIRED}
 * @param parallel whether several may be called in one answer
 */
public record Tools(List<Tool> offered, Use use, Optional<String> named, boolean parallel) {

    public static final Tools NONE = new Tools(List.of(), Use.AUTO, Optional.empty(), true);

    public Tools {
        offered = List.copyOf(requireNonNullElse(offered, List.of()));
        use = requireNonNullElse(use, Use.AUTO);
    }

    /** Whether the model calls tools. */
    public enum Use {
        /** As it likes. */
        AUTO,
        /** It does not. */
        NONE,
        /** It must call one or more. */
        REQUIRED
    }

    /**
     * One tool.
     *
     * @param parameters the JSON schema of its arguments, as JSON text; nobody here understands it
     * @param strict whether the arguments are bound to fit the schema
     */
    public record Tool(String name, Optional<String> description, Optional<String> parameters, boolean strict) {}

    /** A tool that the model has called; {@code arguments} is JSON text, as the model wrote it. */
    public record Call(String id, String name, String arguments) {}

    /** Which call a message is the result of, and whether the tool failed. */
    public record Result(String callId, boolean failed) {}
}
