package io.parley.http.generation;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.contract.GenerationOptions.ReasoningEffort;
import io.parley.json.JsonFields;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How much reasoning a client asks for: an effort, which every provider understands, and a number of tokens if the client chose one.
 */
public record Reasoning(Optional<ReasoningEffort> effort, OptionalInt tokens) {

    /** The client did not choose: the model decides. */
    public static final Reasoning UNSET = new Reasoning(Optional.empty(), OptionalInt.empty());

    /** Fewer tokens than this are a low effort. */
    static final int MEDIUM_TOKENS = 4_096;

    /** Fewer tokens than this are at most a medium effort. */
    static final int HIGH_TOKENS = 16_384;

    private static final int MAX_TOKENS = 10_000_000;

    private enum Type {
        ENABLED,
        ADAPTIVE,
        DISABLED
    }

    public static Reasoning of(Optional<ReasoningEffort> effort) {
        return new Reasoning(effort, OptionalInt.empty());
    }

    /** Reasoning of at most so many tokens. */
    static Reasoning ofTokens(int tokens) {
        ReasoningEffort effort = ReasoningEffort.HIGH;
        if (tokens < MEDIUM_TOKENS) {
            effort = tokens == 0 ? ReasoningEffort.NONE : ReasoningEffort.LOW;
        } else if (tokens < HIGH_TOKENS) {
            effort = ReasoningEffort.MEDIUM;
        }
        return new Reasoning(Optional.of(effort), tokens == 0 ? OptionalInt.empty() : OptionalInt.of(tokens));
    }

    /** This effort; {@code other} if the client chose none. */
    public Reasoning or(Reasoning other) {
        return effort.isPresent() ? this : other;
    }

    /** The same number of tokens with {@code other} as its effort, if that is present. Reasoning that is disabled remains so. */
    public Reasoning withEffort(Optional<ReasoningEffort> other) {
        boolean disabled = effort.filter(ReasoningEffort.NONE::equals).isPresent();
        return disabled || other.isEmpty() ? this : new Reasoning(other, tokens);
    }

    /** Reads Anthropic's {@code thinking} with its {@code type} and {@code budget_tokens}. */
    public static Reasoning thinking(JsonFields fields) {
        return fields.optionalObject("thinking", Reasoning::thinkingObject).orElse(UNSET);
    }

    private static Reasoning thinkingObject(JsonFields thinking) {
        OptionalInt budget = thinking.optionalInteger("budget_tokens", 1, MAX_TOKENS);
        return switch (thinking.oneOf("type", Type.class, Type.ADAPTIVE)) {
            case DISABLED -> of(Optional.of(ReasoningEffort.NONE));
            case ENABLED, ADAPTIVE ->
                budget.isPresent() ? ofTokens(budget.getAsInt()) : of(Optional.of(ReasoningEffort.MEDIUM));
        };
    }

    /** Reads an object {@code name} with an {@code effort} or with {@code max_tokens}. */
    public static Reasoning object(JsonFields fields, String name) {
        return fields.optionalObject(name, Reasoning::effortObject).orElse(UNSET);
    }

    private static Reasoning effortObject(JsonFields reasoning) {
        OptionalInt tokens = reasoning.optionalInteger("max_tokens", 0, MAX_TOKENS);
        Reasoning effort = of(reasoning.optionalOneOf("effort", ReasoningEffort.class));
        return effort.or(tokens.isPresent() ? ofTokens(tokens.getAsInt()) : UNSET);
    }

    /** Reads a field that is {@code true}, {@code false} or an effort, such as Ollama's {@code think}. */
    public static Reasoning flagOrEffort(JsonFields fields, String name) {
        if (fields.any(name).filter(JsonNode::isTextual).isPresent()) {
            return of(fields.optionalOneOf(name, ReasoningEffort.class));
        }
        return of(fields.optionalFlag(name).map(on -> on ? ReasoningEffort.MEDIUM : ReasoningEffort.NONE));
    }
}
