package io.parley.contract;

import static java.util.Objects.requireNonNullElse;

import java.util.List;
import java.util.Optional;

/**
 * The tools that a model may call. The client executes them, never the server.
 * @param forcedTool the one tool that must be called, with {@link ToolChoice#REQUIRED}
 * @param parallel whether one answer may contain several calls
 */
public record Tools(List<Tool> definitions, ToolChoice choice, Optional<String> forcedTool, boolean parallel) {

    public static final Tools NONE = new Tools(List.of(), ToolChoice.AUTO, Optional.empty(), true);

    public Tools {
        definitions = List.copyOf(requireNonNullElse(definitions, List.of()));
        choice = requireNonNullElse(choice, ToolChoice.AUTO);
    }

    /** Whether the model calls tools. */
    public enum ToolChoice {
        /** The model decides. */
        AUTO,
        /** The model must not call tools. */
        NONE,
        /** The model must call at least one tool. */
        REQUIRED
    }

    /**
     * The definition of a tool.
     * @param parameters JSON schema of its arguments, as JSON text; passed on without interpretation
     * @param strict whether the provider must enforce the schema
     */
    public record Tool(String name, Optional<String> description, Optional<String> parameters, boolean strict) {}

    /** A tool call of the model; {@code arguments} is JSON text, as written by the model. */
    public record Call(String id, String name, String arguments) {}

    /** The result of a tool call, and whether the tool failed. */
    public record Result(String callId, boolean failed) {}
}
