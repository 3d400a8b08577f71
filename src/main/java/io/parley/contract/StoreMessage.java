package io.parley.contract;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Requests and replies of the store about runs, their event batches and idempotency keys. */
public sealed interface StoreMessage extends Message {

    /** Inserts a run document. Fails with {@link Problem.Conflict} when its id exists. */
    record InsertRun(RunMessage.Run run) implements StoreMessage {}

    /** Replaces a run document if the stored version is still {@code run.version()}. */
    record ReplaceRun(RunMessage.Run run) implements StoreMessage {}

    /** Whether the replacement was applied; {@code current} is the stored document afterwards. */
    record Replaced(boolean applied, RunMessage.Run current) implements StoreMessage {}

    /** Loads {@code user}'s run, or any run if {@code user} is empty, which is reserved for the server itself. */
    record LoadRun(Optional<String> user, String run) implements StoreMessage {}

    /** Lists {@code user}'s runs, newest first, of one context or, if empty, of all. */
    record ListRuns(String user, Optional<String> contextId, int limit, Optional<String> after)
            implements StoreMessage {}

    /** Lists the runs of all users that have not ended, for the takeover. */
    record ListOpenRuns(int limit, Optional<String> after) implements StoreMessage {}

    /** Extends leases to {@code until}, as far as {@code owner} still holds them under the same epoch. */
    record RenewLeases(String owner, Instant until, List<LeaseRef> leases) implements StoreMessage {
        public RenewLeases {
            leases = List.copyOf(leases);
        }
    }

    /** A lease: a run and the epoch it is held under. */
    record LeaseRef(String run, int epoch) {}

    /** The runs whose lease {@code owner} has lost. */
    record Renewed(List<String> lostRuns) implements StoreMessage {
        public Renewed {
            lostRuns = List.copyOf(lostRuns);
        }
    }

    /** Deletes {@code user}'s run and all its batches. */
    record DeleteRun(String user, String run) implements StoreMessage {}

    /** Appends a batch as one document, identified by the run and the first sequence number. */
    record Append(RunBatch batch) implements StoreMessage {}

    /** Whether the batch was stored. If not, {@code conflictingBatch} is the conflicting batch of another writer, when known. */
    record Appended(boolean stored, Optional<RunBatch> conflictingBatch) implements StoreMessage {}

    /**
     * Reads at most {@code limit} batches of {@code run} that contain events after sequence number {@code after}, in
     * order.
     */
    record ReadBatches(String run, long after, int limit) implements StoreMessage {}

    /** A page of batches; {@code more} is true when further batches follow. */
    record Batches(List<RunBatch> data, boolean more) implements StoreMessage {
        public Batches {
            data = List.copyOf(data);
        }
    }

    /**
     * Consecutive stored events of one run.
     * @param first sequence number of the first event
     * @param writer id that distinguishes a retry of the same writer from a batch of another writer
     */
    record RunBatch(String run, int epoch, long first, String writer, List<RunEvent> events) {
        public RunBatch {
            events = List.copyOf(events);
        }

        public Cursor last() {
            return new Cursor(epoch, first + events.size() - 1);
        }
    }

    /** Claims an idempotency key; the first claim wins and is kept until {@code expiresAt}. */
    record ClaimIdempotencyKey(String user, String key, String digest, String value, Instant expiresAt)
            implements StoreMessage {}

    /** The claim that won; {@code first} is true if it is this one. */
    record ClaimResult(boolean first, String digest, String value) implements StoreMessage {}

    /** Checks whether the store accepts writes. */
    record Ping() implements StoreMessage {}
}
