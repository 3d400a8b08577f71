package io.parley.provider.dialect;

import io.parley.contract.FinishReason;

/** A piece of information from a frame, independent of the provider's format. */
public sealed interface Signal {

    /** A piece of the answer; never empty. */
    record Text(String text) implements Signal {}

    /** Output that is not part of the answer, for example reasoning; {@code length} in characters. */
    record Thinking(int length) implements Signal {}

    /**
     * A piece of a tool call; strings that the frame does not contain are empty.
     *
     * @param key identifies the call within the stream; {@link #COMPLETE_CALL} for a call that is sent in one piece
     */
    record ToolCallPiece(int key, String id, String name, String arguments) implements Signal {}

    /** The key of calls that are sent in one piece. */
    int COMPLETE_CALL = -1;

    /** The model that the provider reports it used. */
    record Model(String name) implements Signal {}

    /** The reason for the end of the answer. Does not end it. */
    record Reason(FinishReason reason) implements Signal {}

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
