package io.parley.provider;

import io.parley.contract.FinishReason;

/** What a frame of any vendor says, in one vocabulary. */
sealed interface Signal {

    /** A piece of the answer; never empty. */
    record Text(String text) implements Signal {}

    /** The model works, but on something that is not the answer; {@code length} characters of it. */
    record Thinking(int length) implements Signal {}

    /**
     * A piece of a tool call; its texts are empty where the frame says nothing.
     *
     * @param key what the vendor tells its calls apart by; {@link #WHOLE_CALL} for one that comes in one piece
     */
    record Tool(int key, String id, String name, String arguments) implements Signal {}

    /** The key of calls that are not cut into pieces. */
    int WHOLE_CALL = -1;

    /** The model that the vendor says it used. */
    record Model(String name) implements Signal {}

    /** Why the answer ends; it has not ended by that. */
    record Reason(FinishReason reason) implements Signal {}

    /** Tokens so far; -1 where the frame says nothing. {@code plainInput} is the prompt without its cached parts. */
    record Spent(long plainInput, long cached, long cacheWrite, long output, long reasoning) implements Signal {}

    /** An end mark: the answer is whole, though its usage may still come. */
    record Whole() implements Signal {}

    /** The last end mark: nothing more will come. */
    record Over() implements Signal {}

    /** The vendor gave up in mid-stream. */
    record Broken(Failure failure) implements Signal {}
}
