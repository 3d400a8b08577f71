package io.parley.contract;

import java.util.List;
import java.util.Optional;

/** What a conversation's log is made of: turns, what became of them, and exactly one {@link Ended}. {@code at} is epoch milliseconds. */
public sealed interface RunEvent extends Event {

    long at();

    /**
     * A two-agent conversation begins.
     *
     * @param forkedFrom the run whose first {@code inherited} turns follow as they were
     */
    record RunStarted(long at, Script.Duo duo, Optional<String> forkedFrom, int inherited) implements RunEvent {}

    /** A vendor has begun to answer. */
    record TurnStarted(long at, int turn, int attempt, Speaker speaker, String provider, String model)
            implements RunEvent {}

    /** A piece of the open turn's text. */
    record Token(long at, int turn, int attempt, Speaker speaker, String delta) implements RunEvent {}

    /**
     * Forget this turn's text so far; {@code attempt} is the number of the one that follows.
     *
     * @param reason {@code provider_error} or {@code takeover}
     * @param lost what the forgotten text has cost
     */
    record TurnReset(
            long at,
            int turn,
            int attempt,
            Speaker speaker,
            String reason,
            Optional<String> from,
            Optional<String> to,
            Usage lost)
            implements RunEvent {}

    /** The turn is whole and stored. {@code chars} counts code points. */
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
            String model)
            implements RunEvent {}

    /** Which tasks were found in what was said, and stored. {@code ok} is false when the extraction itself failed. */
    record FlowsExtracted(long at, boolean ok, List<FlowMessage.Flow> flows) implements RunEvent {
        public FlowsExtracted {
            flows = List.copyOf(flows);
        }
    }

    /** What the turn and the run so far have used. */
    record UsageCounted(long at, int turn, Usage usage, Usage total) implements RunEvent {}

    /** From the next turn on this is the bot. {@code changes} names what is new; {@code key} is the command's, if it had one. */
    record BotUpdated(long at, int index, Script.Bot bot, int revision, List<String> changes, Optional<String> key)
            implements RunEvent {
        public BotUpdated {
            changes = List.copyOf(changes);
        }
    }

    /** Somebody put words in: the moderator (no speaker), or in the name of a bot. */
    record Injected(long at, String text, Optional<Speaker> as, Optional<String> key) implements RunEvent {}

    /** No turn begins until it is resumed. */
    record Paused(long at, Optional<String> key) implements RunEvent {}

    /** Turns begin again; with {@code step} just one of them. */
    record Resumed(long at, boolean step, Optional<String> key) implements RunEvent {}

    /** Why a two-agent conversation is about to end badly. */
    record Broken(long at, Problem problem) implements RunEvent {}

    /**
     * The one terminal event.
     *
     * @param reason the last turn's finish reason, when there was one
     * @param problem why it ended with {@link RunStatus#ERROR} or {@link RunStatus#BUDGET}
     * @param cause who cancelled ({@code user}, {@code disconnect}), or which rule ended a two-agent conversation ({@code turns},
     *     {@code text}, {@code regex}, {@code seconds}, {@code money})
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

    @Override
    default boolean terminal() {
        return this instanceof Ended;
    }
}
