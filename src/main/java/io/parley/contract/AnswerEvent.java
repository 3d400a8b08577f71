package io.parley.contract;

import static java.util.Objects.requireNonNullElse;

import java.util.Optional;

/**
 * Describes one attempt of a provider to answer: any number of deltas, then exactly one {@link Completed} or
 * {@link Failed}.
 */
public sealed interface AnswerEvent extends Event {

    /**
     * What the provider has counted of its input, before its first output. The first event of an answer, if the provider
     * reports it that early.
     * @param usage without output tokens, or with the few that were reported with it
     */
    record Started(Usage usage) implements AnswerEvent {}

    /** A fragment of the answer's text, unchanged from the provider. */
    record Delta(String text) implements AnswerEvent {}

    /** A fragment of the model's reasoning. Not part of the answer's text. */
    record Thinking(ThinkingKind kind, String text) implements AnswerEvent {}

    /** What a fragment of reasoning is. */
    enum ThinkingKind {
        /** Readable text. */
        TEXT,
        /** The provider's signature of the text before it; ends a block of reasoning. */
        SIGNATURE,
        /** A whole block that only its provider can read. */
        REDACTED
    }

    /** A fragment of the text with which the model refuses to answer. Not part of the answer's text. */
    record Refusal(String text) implements AnswerEvent {}

    /**
     * Bytes of the provider's response for a client of the same format, see {@link NativeRequest}: whole server-sent events, or the whole
     * body of a response that is not streamed. An answer has either such events or the others, never both.
     */
    @SuppressWarnings("ArrayRecordComponent") // the bytes are passed on without a copy, and never compared
    record NativeData(byte[] bytes) implements AnswerEvent {}

    /**
     * A fragment of a tool call. The first fragment of each call carries its id and name; all arguments concatenated
     * are JSON text.
     * @param index position of the call within the answer, from 0
     */
    record ToolDelta(int index, Optional<String> id, Optional<String> name, String arguments) implements AnswerEvent {}

    /**
     * The provider has sent its end marker.
     * @param model the model that the provider reports
     * @param stopSequence the stop sequence that ended the answer, if the provider reports it
     */
    record Completed(FinishReason reason, Usage usage, String model, Optional<String> stopSequence)
            implements AnswerEvent {

        public Completed {
            stopSequence =
                    requireNonNullElse(stopSequence, Optional.empty()); // stored answers of earlier versions have none
        }

        /** Without a stop sequence. */
        public Completed(FinishReason reason, Usage usage, String model) {
            this(reason, usage, model, Optional.empty());
        }

        /** The same end with this usage. */
        public Completed withUsage(Usage newUsage) {
            return new Completed(reason, newUsage, model, stopSequence);
        }
    }

    /** The answer failed, was truncated or was cancelled; {@code usage} is what it has used until then. */
    record Failed(Problem problem, Usage usage) implements AnswerEvent {}

    @Override
    default boolean terminal() {
        return switch (this) {
            case Started _, Delta _, Thinking _, Refusal _, ToolDelta _, NativeData _ -> false;
            case Completed _, Failed _ -> true;
        };
    }
}
