package io.parley.contract;

import java.util.Optional;

/**
 * What has happened in conversations, for whoever listens. A fact is told after it was stored, at most once; the log of the run is the
 * truth, and a listener that was away reads it there.
 */
public sealed interface FactMessage extends Message {

    /** A conversation has begun. {@code kind} is {@code chat} or {@code duo}. */
    record RunStarted(String run, String owner, String contextId, String kind) implements FactMessage {}

    /** A turn is whole and stored. */
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

    /** A conversation has ended, and how; {@code code} says why it failed. */
    record RunEnded(
            String run, String owner, String contextId, RunStatus status, int turns, Usage usage, Optional<String> code)
            implements FactMessage {}

    /** A task was found in a conversation, and stored. */
    record FlowExtracted(Optional<String> run, FlowMessage.Flow flow) implements FactMessage {}
}
