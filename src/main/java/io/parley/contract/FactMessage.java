package io.parley.contract;

import java.util.Optional;

/**
 * Events of conversations. An event is published at most once, after the fact is stored; subscribers that missed it
 * read the log of the run, which is authoritative.
 */
public sealed interface FactMessage extends Message {

    /** A conversation has started. {@code kind} is {@code chat} or {@code duo}. */
    record RunStarted(String run, String owner, String contextId, String kind) implements FactMessage {}

    /** A turn has been completed and stored. */
    record TurnCompleted(
            String run,
            String owner,
            String contextId,
            int turn,
            Speaker speaker,
            String text,
            Optional<FinishReason> reason,
            Usage usage,
            Optional<String> provider,
            Optional<String> model)
            implements FactMessage {}

    /** A conversation has ended; {@code code} is the problem code if it failed. */
    record RunEnded(
            String run, String owner, String contextId, RunStatus status, int turns, Usage usage, Optional<String> code)
            implements FactMessage {}

    /** A flow was extracted from a conversation and stored. */
    record FlowExtracted(Optional<String> run, FlowMessage.Flow flow) implements FactMessage {}
}
