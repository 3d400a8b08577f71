package io.parley.contract;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What persistence can be asked about runs, their batches and once-only keys. */
public sealed interface StoreMessage extends Message {

    /** Store a new run document. An id that is taken is a {@link Problem.Conflict}. */
    record InsertRun(RunMessage.Run run) implements StoreMessage {}

    /** Replace the document if it is still at {@code run.version()}. */
    record ReplaceRun(RunMessage.Run run) implements StoreMessage {}

    /** Whether the replacement took place; {@code current} is the document as it now is. */
    record Replaced(boolean applied, RunMessage.Run current) implements StoreMessage {}

    /** {@code user}'s run, or {@link Problem.NotFound}. An empty user is the server itself. */
    record LoadRun(Optional<String> user, String run) implements StoreMessage {}

    /** {@code user}'s runs, newest first, of one context or of all. */
    record ListRuns(String user, Optional<String> contextId, int limit, Optional<String> after)
            implements StoreMessage {}

    /** Runs that have not ended, whoever owns them: what a take-over looks at. */
    record ListOpenRuns(int limit, Optional<String> after) implements StoreMessage {}

    /** Move the end of these leases to {@code until}, as far as they still are {@code owner}'s under the same epoch. */
    record RenewLeases(String owner, Instant until, List<Held> leases) implements StoreMessage {
        public RenewLeases {
            leases = List.copyOf(leases);
        }
    }

    /** A run and the epoch under which it is held. */
    record Held(String run, int epoch) {}

    /** The runs whose lease is no longer the asker's. */
    record Renewed(List<String> lost) implements StoreMessage {
        public Renewed {
            lost = List.copyOf(lost);
        }
    }

    /** Remove {@code user}'s run with all its batches. */
    record DeleteRun(String user, String run) implements StoreMessage {}

    /** Append a batch: one document, whose id is its run and first number. */
    record Append(RunBatch batch) implements StoreMessage {}

    /** Whether the batch is stored. If not, {@code holder} is the writer whose batch stands in its place. */
    record Appended(boolean stored, Optional<RunBatch> holder) implements StoreMessage {}

    /** Batches of {@code run} that hold events after number {@code after}, in order. */
    record ReadBatches(String run, long after, int limit) implements StoreMessage {}

    /** {@code more}: there are further batches behind the last one. */
    record Batches(List<RunBatch> data, boolean more) implements StoreMessage {
        public Batches {
            data = List.copyOf(data);
        }
    }

    /**
     * Consecutive events of one run as they are stored.
     *
     * @param first the number of the first event
     * @param writer tells a writer's own retry from another writer's batch
     */
    record RunBatch(String run, int epoch, long first, String writer, List<RunEvent> events) {
        public RunBatch {
            events = List.copyOf(events);
        }

        public Cursor last() {
            return new Cursor(epoch, first + events.size() - 1);
        }
    }

    /** Claim a once-only key; the first claim wins and is remembered until {@code expiresAt}. */
    record Claim(String user, String key, String digest, String value, Instant expiresAt) implements StoreMessage {}

    /** Whose claim stands: {@code fresh} if it is this one. */
    record Claimed(boolean fresh, String digest, String value) implements StoreMessage {}

    /** Can you store? Answered with {@link StreamMessage.Done}, or {@link Problem.Unavailable}. */
    record Ping() implements StoreMessage {}
}
