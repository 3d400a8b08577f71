package io.parley.contract;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How conversations are started, stopped, written and read. */
public sealed interface RunMessage extends Message {

    /** Begin a chat for {@code origin.user()} in the context {@code contextId} ({@code default} is the user's own). */
    record StartChat(Origin origin, String contextId, Script.Chat chat, Optional<Idempotency> idempotency)
            implements RunMessage {}

    /** The client's {@code Idempotency-Key}, and a digest of the body that came with it. */
    record Idempotency(String key, String bodyDigest) {}

    /** Give the run up. {@code cause} is {@code user} or {@code disconnect}. Idempotent. */
    record Stop(Origin origin, String run, String cause) implements RunMessage {}

    /** Where the run stands after a command; {@code applied} is false when there was nothing left to do. */
    record State(String run, RunStatus status, boolean applied) implements RunMessage {}

    /** Open the log of a new run: its document is stored when this is answered. */
    record OpenLog(Run run) implements RunMessage {}

    /** Have a model speak one turn into the log; answered when the turn is stored. */
    record Speak(Origin origin, String run, int turn, Speaker speaker, Choice choice, Prompt prompt)
            implements RunMessage {}

    /**
     * What became of a turn. Without a {@code problem} it is whole and stored; with one, {@code text} is what was said before it
     * broke, and {@code usage} what that cost.
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

    /** A run with all that was said; {@code open} is the text of the turn that is being spoken. */
    record Transcript(Run run, List<Line> lines, Usage usage, Cursor cursor) implements RunMessage {
        public Transcript {
            lines = List.copyOf(lines);
        }
    }

    /** One message of a transcript. Only a model's has a vendor, a reason and a usage. */
    record Line(
            Said said,
            Optional<Speaker> speaker,
            Optional<String> provider,
            Optional<String> model,
            Optional<FinishReason> reason,
            Optional<Usage> usage) {}

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
