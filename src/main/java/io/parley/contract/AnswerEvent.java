package io.parley.contract;

import java.util.Optional;

/** What one attempt at a vendor's answer is made of: deltas, then exactly one {@link Completed} or {@link Failed}. */
public sealed interface AnswerEvent extends Event {

    /** A piece of the answer's text, exactly as the vendor sent it. */
    record Delta(String text) implements AnswerEvent {}

    /**
     * A piece of a tool call. The first piece of each has the call's id and name; the arguments, put together, are JSON text.
     *
     * @param index which call of the answer, from 0 on
     */
    record ToolDelta(int index, Optional<String> id, Optional<String> name, String arguments) implements AnswerEvent {}

    /** The vendor's own end mark was seen. {@code model} is the one the vendor says it used. */
    record Completed(FinishReason reason, Usage usage, String model) implements AnswerEvent {}

    /** The answer broke, was cut or was cancelled; {@code usage} is what it has cost so far. */
    record Failed(Problem problem, Usage usage) implements AnswerEvent {}

    @Override
    default boolean terminal() {
        return switch (this) {
            case Delta _, ToolDelta _ -> false;
            case Completed _, Failed _ -> true;
        };
    }
}
