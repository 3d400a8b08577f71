package io.parley.provider.response;

import io.parley.contract.AnswerEvent.ThinkingKind;
import io.parley.contract.FinishReason;
import java.util.Optional;

/** A piece of information from a frame, independent of the provider's format. */
public sealed interface Signal {

    /** A piece of the answer; never empty. */
    record Text(String text) implements Signal {}

    /** A piece of reasoning, which is not part of the answer; never empty. */
    record Thinking(ThinkingKind kind, String text) implements Signal {}

    /** A piece of the text with which the model refuses to answer; never empty. */
    record Refusal(String text) implements Signal {}

    /**
     * A piece of a tool call; strings that the frame does not contain are empty.
     *
     * @param index identifies the call within the answer; {@link #NO_INDEX} if the provider does not send it
     * @param position the position among the pieces of the frame
     * @param whole whether this is the whole call
     */
    record ToolCallPiece(int index, int position, String id, String name, String arguments, boolean whole)
            implements Signal {}

    /** The index of a call whose provider sends none. */
    int NO_INDEX = -1;

    /** The call with this index has no further pieces. */
    record ToolCallEnd(int index) implements Signal {}

    /** The model that the provider reports it used. */
    record Model(String name) implements Signal {}

    /** The reason for the end of the answer, and the stop sequence that caused it, if known. Does not end the answer. */
    record Reason(FinishReason reason, Optional<String> stopSequence) implements Signal {}

    /**
     * The tokens used so far; -1 if the frame does not contain a count. {@code plainInput} excludes the cached parts of the prompt,
     * {@code cacheWrite1h} is the part of {@code cacheWrite} that is cached for an hour.
     */
    record UsageReport(long plainInput, long cached, long cacheWrite, long cacheWrite1h, long output, long reasoning)
            implements Signal {

        public UsageReport(long plainInput, long cached, long cacheWrite, long output, long reasoning) {
            this(plainInput, cached, cacheWrite, -1, output, reasoning);
        }
    }

    /** The answer is complete; its usage may still follow. */
    record AnswerComplete() implements Signal {}

    /** The stream has ended; nothing more will follow. */
    record StreamEnd() implements Signal {}

    /** The provider reported an error within the stream. */
    record StreamError(AttemptFailure failure) implements Signal {}
}
