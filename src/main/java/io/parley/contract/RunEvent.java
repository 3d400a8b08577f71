package io.parley.contract;

import java.util.List;
import java.util.Optional;

/**
 * The log of a conversation: turns, their outcomes, and exactly one {@link Ended}. {@code at} is in epoch
 * milliseconds.
 */
public sealed interface RunEvent extends Event {

    /** When the event was written, in epoch milliseconds. */
    long at();

    /**
     * A two-agent conversation has started.
     * @param forkedFrom run whose first {@code inheritedTurns} turns follow unchanged; empty unless forked
     */
    record RunStarted(long at, RunSpec.Duo duo, Optional<String> forkedFrom, int inheritedTurns) implements RunEvent {}

    /** A provider has begun to answer. */
    record TurnStarted(long at, int turn, int attempt, Speaker speaker, String provider, String model)
            implements RunEvent {}

    /** What a model has written last: a fragment of the open turn's text, or of its reasoning. */
    sealed interface Fragment {

        int turn();

        int attempt();

        Speaker speaker();

        String delta();
    }

    /** A fragment of the open turn's text. */
    record Token(long at, int turn, int attempt, Speaker speaker, String delta) implements RunEvent, Fragment {}

    /** A fragment of the open turn's reasoning, if the client asked for it. Not part of the turn's text. */
    record ThinkingToken(long at, int turn, int attempt, Speaker speaker, String delta) implements RunEvent, Fragment {}

    /**
     * Discards the text and the reasoning of the open turn; {@code attempt} is the number of the next attempt.
     * @param reason {@code provider_error} or {@code takeover}
     * @param fromProvider provider of the discarded attempt, if known
     * @param toProvider provider of the next attempt, if known
     * @param discardedUsage usage of the discarded attempt
     */
    record TurnReset(
            long at,
            int turn,
            int attempt,
            Speaker speaker,
            String reason,
            Optional<String> fromProvider,
            Optional<String> toProvider,
            Usage discardedUsage)
            implements RunEvent {}

    /**
     * A turn is complete. Readers see the event only when it is stored.
     * @param chars counts code points
     * @param thinking the reasoning of the turn, if it is kept; for transcripts only
     */
    record TurnCompleted(
            long at,
            int turn,
            int attempt,
            Speaker speaker,
            int chars,
            FinishReason reason,
            Usage usage,
            long firstTokenMillis,
            String provider,
            String model,
            Optional<String> thinking)
            implements RunEvent {

        /** Without reasoning. */
        public TurnCompleted(
                long at,
                int turn,
                int attempt,
                Speaker speaker,
                int chars,
                FinishReason reason,
                Usage usage,
                long firstTokenMillis,
                String provider,
                String model) {
            this(at, turn, attempt, speaker, chars, reason, usage, firstTokenMillis, provider, model, Optional.empty());
        }
    }

    /** The flows that were extracted and stored. {@code ok} is false when the extraction failed. */
    record FlowsExtracted(long at, boolean ok, List<FlowMessage.Flow> flows) implements RunEvent {
        public FlowsExtracted {
            flows = List.copyOf(flows);
        }
    }

    /** The usage of a turn, and of the run up to it. */
    record UsageCounted(long at, int turn, Usage usage, Usage total) implements RunEvent {}

    /**
     * A bot was changed, effective from its next turn. {@code changes} names the changed fields; {@code idempotencyKey} is the
     * command's idempotency key, if any.
     */
    record BotUpdated(
            long at, int index, RunSpec.Bot bot, int revision, List<String> changes, Optional<String> idempotencyKey)
            implements RunEvent {
        public BotUpdated {
            changes = List.copyOf(changes);
        }
    }

    /** A message was inserted by the moderator, or, if a speaker is set, in the name of that bot. */
    record Injected(long at, String text, Optional<Speaker> speaker, Optional<String> idempotencyKey)
            implements RunEvent {}

    /** The run is paused: no turn begins until it is resumed. */
    record Paused(long at, Optional<String> idempotencyKey) implements RunEvent {}

    /** The run is resumed; with {@code step} for a single turn. */
    record Resumed(long at, boolean step, Optional<String> idempotencyKey) implements RunEvent {}

    /** The problem that ends a two-agent conversation. */
    record RunFailed(long at, Problem problem) implements RunEvent {}

    /**
     * The terminal event.
     * @param reason finish reason of the last turn, if there was one
     * @param problem cause of the status {@link RunStatus#ERROR} or {@link RunStatus#BUDGET}
     * @param cause source of the cancellation ({@code user}, {@code disconnect}), or the rule that ended a two-agent
     *     conversation ({@code turns}, {@code text}, {@code regex}, {@code seconds}, {@code money})
     */
    record Ended(
            long at,
            RunStatus status,
            int turns,
            Usage usage,
            Optional<FinishReason> reason,
            Optional<Problem> problem,
            Optional<String> cause,
            Optional<String> provider,
            Optional<String> model)
            implements RunEvent {}

    /** The number of characters that a model has written, in an event that holds any. */
    default int textLength() {
        if (this instanceof Fragment fragment) {
            return fragment.delta().length();
        }
        return this instanceof TurnCompleted completed
                ? completed.thinking().map(String::length).orElse(0)
                : 0;
    }

    @Override
    default boolean terminal() {
        return this instanceof Ended;
    }
}
