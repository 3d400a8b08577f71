package io.parley.contract;

import java.util.Optional;

/**
 * Describes one attempt of a provider to answer: any number of deltas, then exactly one {@link Completed} or
 * {@link Failed}.
 */
public sealed interface AnswerEvent extends Event {

    /** A fragment of the answer's text, unchanged from the provider. */
    record Delta(String text) implements AnswerEvent {}

    /**
     * A fragment of a tool call. The first fragment of each call carries its id and name; all arguments concatenated
     * are JSON text.
     * @param index position of the call within the answer, from 0
     */
    record ToolDelta(int index, Optional<String> id, Optional<String> name, String arguments) implements AnswerEvent {}

    /** The provider has sent its end marker. {@code model} is the model that the provider reports. */
    record Completed(FinishReason reason, Usage usage, String model) implements AnswerEvent {}

    /** The answer failed, was truncated or was cancelled; {@code usage} is what it has used until then. */
    record Failed(Problem problem, Usage usage) implements AnswerEvent {}

    @Override
    default boolean terminal() {
        return switch (this) {
            case Delta _, ToolDelta _ -> false;
            case Completed _, Failed _ -> true;
        };
    }
}
