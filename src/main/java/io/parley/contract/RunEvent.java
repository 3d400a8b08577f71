package io.parley.contract;

import java.util.List;
import java.util.Optional;

/** What a conversation's log is made of: turns, what became of them, and exactly one {@link Ended}. {@code at} is epoch milliseconds. */
public sealed interface RunEvent extends Event {

    long at();

    /** A vendor has begun to answer. */
    record TurnStarted(long at, int turn, int attempt, Speaker speaker, String provider, String model)
            implements RunEvent {}

    /** A piece of the open turn's text. */
    record Token(long at, int turn, int attempt, Speaker speaker, String delta) implements RunEvent {}

    /** Forget this turn's text so far; {@code attempt} is the number of the one that follows. */
    record TurnReset(
            long at, int turn, int attempt, Speaker speaker, String reason, Optional<String> from, Optional<String> to)
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

    /**
     * The one terminal event.
     *
     * @param reason the last turn's finish reason, when there was one
     * @param problem why it ended with {@link RunStatus#ERROR} or {@link RunStatus#BUDGET}
     * @param cause who cancelled: {@code user} or {@code disconnect}
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
