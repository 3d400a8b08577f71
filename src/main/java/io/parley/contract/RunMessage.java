package io.parley.contract;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/** Requests and replies that start, control, write and read conversations. */
public sealed interface RunMessage extends Message {

    /**
     * Starts a chat for {@code origin.user()} in the context {@code contextId}; {@code default} is the user's default
     * context.
     */
    record StartChat(
            RequestContext requestContext, String contextId, RunSpec.Chat chat, Optional<Idempotency> idempotency)
            implements RunMessage {}

    /** Starts a two-agent conversation, in the given context or, if empty, the default one. */
    record StartDuo(
            RequestContext requestContext,
            Optional<String> contextId,
            RunSpec.Duo duo,
            Optional<Idempotency> idempotency)
            implements RunMessage {}

    /** Starts a run that inherits the turns before {@code atTurn}; {@code bots} replaces both bots, if present. */
    record Fork(
            RequestContext requestContext,
            String run,
            int atTurn,
            Optional<List<RunSpec.Bot>> bots,
            Optional<Idempotency> idempotency)
            implements RunMessage {}

    /** Applies a command to a two-agent conversation. A command with a {@code idempotencyKey} is applied at most once. */
    record Command(RequestContext requestContext, String run, Optional<String> idempotencyKey, Action action)
            implements RunMessage {}

    /** The actions on a two-agent conversation. */
    sealed interface Action {}

    /** Pauses the run after the current turn. */
    record Pause() implements Action {}

    /** Resumes a paused run. */
    record Resume() implements Action {}

    /** Runs one turn, then pauses. */
    record Step() implements Action {}

    /** Inserts a message as the moderator or, if a speaker is set, in the name of that bot. */
    record Inject(String text, Optional<Speaker> speaker) implements Action {}

    /**
     * Changes a bot, effective from its next turn. {@code revision} makes the change conditional: a different current
     * revision fails with {@link Problem.PreconditionFailed}.
     */
    record Patch(
            int index,
            Optional<String> prompt,
            OptionalDouble temperature,
            Optional<String> model,
            Optional<String> provider,
            OptionalInt revision)
            implements Action {}

    /** Resumes a run that was taken over from another instance, from its current transcript. */
    record ResumeRun(Transcript transcript) implements RunMessage {}

    /** The client's {@code Idempotency-Key} and a digest of the request body. */
    record Idempotency(String key, String bodyDigest) {}

    /** Cancels a run. {@code cause} is {@code user} or {@code disconnect}. Idempotent. */
    record Stop(RequestContext requestContext, String run, String cause) implements RunMessage {}

    /** Counts the runs that are executing. */
    record CountRuns() implements RunMessage {}

    /** The number of runs that are executing in this instance. */
    record RunCount(int runs) implements RunMessage {}

    /** The status of a run after a command; {@code applied} is false when the command had no effect. */
    record CommandResult(String run, RunStatus status, boolean applied, Optional<BotState> bot) implements RunMessage {}

    /**
     * Opens the log of a new run with initial events; the reply is sent when all of them are stored. Events that end
     * with {@link RunEvent.Ended} are the log of an ended run, which takes its status from there.
     * @param firstTurn turn to generate while the run is being stored; none of it is visible earlier, and a later request
     *     for the same turn joins it
     */
    record OpenLog(Run run, List<RunEvent> initialEvents, Optional<GenerateTurn> firstTurn) implements RunMessage {
        public OpenLog {
            initialEvents = List.copyOf(initialEvents);
        }

        public OpenLog(Run run, List<RunEvent> initialEvents) {
            this(run, initialEvents, Optional.empty());
        }
    }

    /**
     * Generates one turn with a model and writes it to the log; the reply is sent when the turn is stored or has
     * failed. Attempts count from 1.
     */
    record GenerateTurn(
            RequestContext requestContext,
            String run,
            int turn,
            int attempt,
            Speaker speaker,
            ModelSelection selection,
            Prompt prompt)
            implements RunMessage {}

    /**
     * The outcome of a turn. Without a {@code problem} it is complete and stored; with one, {@code text} is the
     * partial text before the failure. {@code usage} covers all its attempts.
     */
    record TurnResult(
            String text,
            Optional<FinishReason> reason,
            Usage usage,
            Optional<String> provider,
            Optional<String> model,
            Optional<Problem> problem)
            implements RunMessage {}

    /** Writes events to the log; the reply is sent when they are stored. A terminal event closes the log. */
    record Write(String run, List<RunEvent> events) implements RunMessage {
        public Write {
            events = List.copyOf(events);
        }
    }

    /**
     * Cancels the turn that the run is generating. The pending {@link GenerateTurn} request returns
     * {@link Problem.Cancelled}.
     */
    record CancelTurn(String run, String cause) implements RunMessage {}

    /** Makes the log of {@code user}'s run available to readers. {@code after} must be a position in it. */
    record Attach(String user, String run, Cursor after) implements RunMessage {}

    /** Reads the transcript of {@code user}'s run. */
    record Read(String user, String run) implements RunMessage {}

    /** Reads the transcript and the visible events of {@code user}'s run. */
    record ReadLog(String user, String run) implements RunMessage {}

    /** A transcript and the events it was built from, taken at the same moment. */
    record FullLog(Transcript transcript, List<RunEvent> events) implements RunMessage {
        public FullLog {
            events = List.copyOf(events);
        }
    }

    /**
     * A run with its messages and its progress, all built from the log.
     * @param knownCostMicros cost of the attempts whose cost is known, in micro-dollars
     */
    record Transcript(Run run, List<Entry> entries, Usage usage, long knownCostMicros, Cursor cursor, Progress progress)
            implements RunMessage {
        public Transcript {
            entries = List.copyOf(entries);
        }
    }

    /**
     * One message of a transcript. Turn, provider, reason and usage are set only for messages of a model.
     * @param speaker the bot or assistant that speaks, or in whose name the message was inserted; empty for the user,
     *     the topic and the moderator
     * @param thinking the reasoning of the turn, if it is kept; never sent to a model
     */
    record Entry(
            ChatMessage message,
            Optional<Speaker> speaker,
            OptionalInt turn,
            Optional<String> provider,
            Optional<String> model,
            Optional<FinishReason> reason,
            Optional<Usage> usage,
            Optional<String> thinking) {

        /** Without reasoning. */
        public Entry(
                ChatMessage message,
                Optional<Speaker> speaker,
                OptionalInt turn,
                Optional<String> provider,
                Optional<String> model,
                Optional<FinishReason> reason,
                Optional<Usage> usage) {
            this(message, speaker, turn, provider, model, reason, usage, Optional.empty());
        }
    }

    /**
     * The progress of a run.
     * @param turn the open or next turn, from 0
     * @param attempts attempts of that turn that have started
     * @param paused whether no turn may start
     * @param stepping whether the run pauses after one turn
     * @param flowsExtracted whether the flow extraction has finished
     * @param bots current state of the two bots; empty for a chat
     * @param appliedKeys idempotency keys of the commands applied so far
     */
    record Progress(
            int turn,
            int attempts,
            boolean paused,
            boolean stepping,
            boolean flowsExtracted,
            List<BotState> bots,
            Set<String> appliedKeys) {
        public Progress {
            bots = List.copyOf(bots);
            appliedKeys = Set.copyOf(appliedKeys);
        }
    }

    /** A bot and the number of its changes. */
    record BotState(RunSpec.Bot bot, int revision) {}

    /** A stored run document. */
    record Run(
            String id,
            String owner,
            String contextId,
            RunStatus status,
            RunSpec spec,
            Lease lease,
            Instant createdAt,
            Instant updatedAt,
            long version)
            implements RunMessage {

        public Run with(RunStatus next, Instant now) {
            return new Run(id, owner, contextId, next, spec, lease, createdAt, now, version);
        }

        public Run with(Lease next) {
            return new Run(id, owner, contextId, status, spec, next, createdAt, updatedAt, version);
        }
    }

    /**
     * The right to write the log of a run, under an epoch and until a point in time. {@code owner} is the source
     * address of a journal.
     */
    record Lease(String owner, int epoch, Instant until) {}

    /** A page of runs, newest first; {@code next} is the cursor of the next page. */
    record Runs(List<Run> data, Optional<String> next) implements RunMessage {
        public Runs {
            data = List.copyOf(data);
        }
    }
}
