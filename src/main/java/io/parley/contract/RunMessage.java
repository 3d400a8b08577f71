package io.parley.contract;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/** How conversations are started, stopped, written and read. */
public sealed interface RunMessage extends Message {

    /** Begin a chat for {@code origin.user()} in the context {@code contextId} ({@code default} is the user's own). */
    record StartChat(Origin origin, String contextId, Script.Chat chat, Optional<Idempotency> idempotency)
            implements RunMessage {}

    /** Begin a two-agent conversation, in a context when one is named. */
    record StartDuo(Origin origin, Optional<String> contextId, Script.Duo duo, Optional<Idempotency> idempotency)
            implements RunMessage {}

    /** Begin another run that shares the turns before {@code atTurn}; {@code bots} are new ones, or none. */
    record Fork(
            Origin origin, String run, int atTurn, Optional<List<Script.Bot>> bots, Optional<Idempotency> idempotency)
            implements RunMessage {}

    /** Tell a two-agent conversation what to do. With a {@code key} it is applied once, however often it is sent. */
    record Command(Origin origin, String run, Optional<String> key, Order order) implements RunMessage {}

    /** What a two-agent conversation can be told. */
    sealed interface Order {}

    record Pause() implements Order {}

    record Resume() implements Order {}

    /** Take one turn, then pause. */
    record Step() implements Order {}

    /** Put words in, as the moderator or in the name of a bot. */
    record Inject(String text, Optional<Speaker> as) implements Order {}

    /** Change a bot from its next turn on. {@code revision}: only if it still has this one ({@link Problem.Stale}). */
    record Patch(
            int index,
            Optional<String> prompt,
            OptionalDouble temperature,
            Optional<String> model,
            Optional<String> provider,
            OptionalInt revision)
            implements Order {}

    /** A run whose owner is gone was taken over: play its script from where it stands. */
    record TakenOver(Transcript transcript) implements RunMessage {}

    /** The client's {@code Idempotency-Key}, and a digest of the body that came with it. */
    record Idempotency(String key, String bodyDigest) {}

    /** Give the run up. {@code cause} is {@code user} or {@code disconnect}. Idempotent. */
    record Stop(Origin origin, String run, String cause) implements RunMessage {}

    /** How many runs are under way? */
    record Count() implements RunMessage {}

    /** So many run here, and have not ended. */
    record Counted(int runs) implements RunMessage {}

    /** Where the run stands after a command; {@code applied} is false when there was nothing left to do. */
    record State(String run, RunStatus status, boolean applied, Optional<BotState> bot) implements RunMessage {}

    /**
     * Open the log of a new run with these events: all of it is stored when this is answered. Events that end with
     * {@link RunEvent.Ended} are the log of a run that is over; it takes its status from there.
     *
     * @param first the turn that comes first: it is begun while the run is being stored, though nothing of it is seen before; whoever
     *     asks for the same turn is answered with this one
     */
    record OpenLog(Run run, List<RunEvent> opening, Optional<Speak> first) implements RunMessage {
        public OpenLog {
            opening = List.copyOf(opening);
        }

        public OpenLog(Run run, List<RunEvent> opening) {
            this(run, opening, Optional.empty());
        }
    }

    /** Have a model speak one turn into the log; answered when the turn is stored. Attempts count from 1. */
    record Speak(Origin origin, String run, int turn, int attempt, Speaker speaker, Choice choice, Prompt prompt)
            implements RunMessage {}

    /**
     * What became of a turn. Without a {@code problem} it is whole and stored; with one, {@code text} is what was said before it
     * broke. {@code usage} is what all of its attempts have cost.
     */
    record Spoken(
            String text,
            Optional<FinishReason> reason,
            Usage usage,
            Optional<String> provider,
            Optional<String> model,
            Optional<Problem> problem)
            implements RunMessage {}

    /** Write these into the log; answered when they are stored. A terminal event closes the log. */
    record Write(String run, List<RunEvent> events) implements RunMessage {
        public Write {
            events = List.copyOf(events);
        }
    }

    /** Let go of whatever the run's model is saying. The pending {@link Speak} is answered with {@link Problem.Cancelled}. */
    record Hush(String run, String cause) implements RunMessage {}

    /** Find the log of {@code user}'s run, wherever it lives; {@code after} is checked against it. */
    record Attach(String user, String run, Cursor after) implements RunMessage {}

    /** What was said in {@code user}'s run so far. */
    record Read(String user, String run) implements RunMessage {}

    /** All that readers can see of {@code user}'s run. */
    record ReadLog(String user, String run) implements RunMessage {}

    /** A run's transcript and the events that it is the fold of, as they stood at the same moment. */
    record WholeLog(Transcript transcript, List<RunEvent> events) implements RunMessage {
        public WholeLog {
            events = List.copyOf(events);
        }
    }

    /**
     * A run with all that was said, and where its script stands; all of it is the fold of the log.
     *
     * @param knownMicros what those attempts have cost whose cost is known, also when that of others is not
     */
    record Transcript(Run run, List<Line> lines, Usage usage, long knownMicros, Cursor cursor, Stage stage)
            implements RunMessage {
        public Transcript {
            lines = List.copyOf(lines);
        }
    }

    /**
     * One message of a transcript. Only a model's has a turn, a vendor, a reason and a usage.
     *
     * @param speaker whose words these are, or pretend to be; empty for the user, the topic and the moderator
     */
    record Line(
            Said said,
            Optional<Speaker> speaker,
            OptionalInt turn,
            Optional<String> provider,
            Optional<String> model,
            Optional<FinishReason> reason,
            Optional<Usage> usage) {}

    /**
     * Where a script stands.
     *
     * @param turn the turn that is open, or comes next
     * @param attempts how many attempts of that turn have begun
     * @param paused whether no turn may begin
     * @param stepping whether only one turn may begin before it is paused again
     * @param extracted whether the flows have been looked for
     * @param bots the two bots as they are now; none in a chat
     * @param keys the keys of commands that have been applied
     */
    record Stage(
            int turn,
            int attempts,
            boolean paused,
            boolean stepping,
            boolean extracted,
            List<BotState> bots,
            Set<String> keys) {
        public Stage {
            bots = List.copyOf(bots);
            keys = Set.copyOf(keys);
        }
    }

    /** A bot, and how often it was changed. */
    record BotState(Script.Bot bot, int revision) {}

    /** The run document. */
    record Run(
            String id,
            String owner,
            String contextId,
            RunStatus status,
            Script script,
            Lease lease,
            Instant createdAt,
            Instant updatedAt,
            long version)
            implements RunMessage {

        public Run with(RunStatus next, Instant now) {
            return new Run(id, owner, contextId, next, script, lease, createdAt, now, version);
        }

        public Run with(Lease next) {
            return new Run(id, owner, contextId, status, script, next, createdAt, updatedAt, version);
        }
    }

    /** Who may write a run's log, under which epoch, until when. {@code owner} is a journal's source address. */
    record Lease(String owner, int epoch, Instant until) {}

    /** A page of runs, newest first. */
    record Runs(List<Run> data, Optional<String> next) implements RunMessage {
        public Runs {
            data = List.copyOf(data);
        }
    }
}
