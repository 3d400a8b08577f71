package io.parley.contract;

import io.parley.contract.BudgetMessage.Alert;
import io.parley.contract.BudgetMessage.Budget;
import io.parley.contract.UsageMessage.AttemptEnded;
import io.parley.contract.UsageMessage.Grouping;
import io.parley.contract.UsageMessage.UsageRecorded;
import io.parley.contract.UsageMessage.UsageTotals;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Requests and replies of the ledger in the store. All requests are idempotent: counters are stored as totals of a
 * single writer, totals only grow, and a repeated request has no further effect. All amounts are micro-dollars.
 */
public sealed interface LedgerMessage extends Message {

    /** Records ended attempts in the ledger. An attempt that is already recorded is not recorded again. */
    record RecordAttempts(String writer, List<UsageRecorded> entries) implements LedgerMessage {
        public RecordAttempts {
            entries = List.copyOf(entries);
        }
    }

    /**
     * The ids of the given attempts that are recorded under the requesting writer and that it must include in its
     * totals.
     */
    record Recorded(Set<String> attemptIds) implements LedgerMessage {
        public Recorded {
            attemptIds = Set.copyOf(attemptIds);
        }
    }

    /** The dimensions of a usage total; an unknown dimension is blank. */
    record UsageDimensions(String provider, String model, String user, String context, String apiKey) {

        /** The dimensions that {@code attempt} is counted under. */
        public static UsageDimensions of(AttemptEnded attempt) {
            RequestContext origin = attempt.requestContext();
            return new UsageDimensions(
                    attempt.provider(),
                    attempt.model(),
                    origin.user(),
                    origin.contextId().orElse(""),
                    origin.apiKey().orElse(""));
        }
    }

    /** The length of the time buckets of a total. */
    enum BucketUnit {
        HOUR("2026-11-21T08"),
        DAY("2026-11-21");

        private final int length;

        BucketUnit(String example) {
            this.length = example.length();
        }

        /** The bucket that {@code time} falls in: a text that sorts by time. */
        public String bucket(Instant time) {
            return time.toString().substring(0, length);
        }

        /** The bucket that holds {@code bucket}, which is of this unit or of a smaller one. */
        public String containing(String bucket) {
            return bucket.substring(0, length);
        }
    }

    /** The key of a total: its bucket and its dimensions. */
    record BucketKey(BucketUnit unit, String bucket, UsageDimensions heading) {

        /** The key of the total that {@code spent} is counted in. */
        public static BucketKey of(BucketUnit unit, UsageRecorded spent) {
            return new BucketKey(unit, unit.bucket(spent.recordedAt()), UsageDimensions.of(spent.attempt()));
        }
    }

    /**
     * One writer's total of all attempts it has recorded under {@code dimensions} in {@code bucket}, for example
     * {@code 2026-11-21T08} (UTC).
     */
    record RollupTotal(BucketUnit unit, String bucket, UsageDimensions dimensions, UsageTotals totals) {

        public static RollupTotal of(BucketKey key, UsageTotals sums) {
            return new RollupTotal(key.unit(), key.bucket(), key.heading(), sums);
        }

        public BucketKey key() {
            return new BucketKey(unit, bucket, dimensions);
        }
    }

    /**
     * One writer's share of a budget account: its reservations and its spending in one period.
     * @param account scope and period: {@code user:u|2026-11-21}, {@code global|2026-11}
     * @param reserved total ever reserved, in micro-dollars
     * @param settled the part of {@code reserved} whose attempts have ended
     * @param spent total actually spent, in micro-dollars
     * @param sequence grows with every update of the writer; the update with the highest number wins
     */
    record WriterShare(String account, String writer, long reserved, long settled, long spent, long sequence) {}

    /** Writes the current totals of a writer. */
    record WriteTotals(String writer, List<RollupTotal> totals, List<WriterShare> shares) implements LedgerMessage {
        public WriteTotals {
            totals = List.copyOf(totals);
            shares = List.copyOf(shares);
        }
    }

    /**
     * States that all attempts the writer recorded before {@code countedUntil} are included in its totals; {@code closed}
     * states that no more will follow.
     */
    record Heartbeat(String writer, Instant countedUntil, boolean closed) implements LedgerMessage {}

    /**
     * Completes the totals of writers without a heartbeat since {@code inactiveSince}; their open reservations are
     * counted as spent.
     */
    record RecoverWriters(Instant inactiveSince) implements LedgerMessage {}

    /** Reserves {@code micros} if the total of all reservations of the account stays within {@code maxTotal}. */
    record Reserve(String account, long micros, OptionalLong maxTotal) implements LedgerMessage {}

    /** Whether the amount was reserved; {@code reservedTotal} is the total of all reservations of the account. */
    record Reserved(boolean reserved, long reservedTotal) implements LedgerMessage {}

    /** Reads the balance of a budget account. */
    record ReadAccount(String account) implements LedgerMessage {}

    /** The balance of a budget account: the total of all reservations, and the share of each writer. */
    record AccountBalance(long reservedTotal, List<WriterShare> shares) implements LedgerMessage {
        public AccountBalance {
            shares = List.copyOf(shares);
        }
    }

    /** Buckets of one unit, from {@code from} (inclusive) to {@code to} (exclusive). */
    record TimeRange(BucketUnit unit, String from, String to) {}

    /** Restricts usage to a provider, a user or an API key; an empty field does not restrict. */
    record UsageFilter(Optional<String> provider, Optional<String> user, Optional<String> apiKey) {
        public static final UsageFilter ALL = new UsageFilter(Optional.empty(), Optional.empty(), Optional.empty());

        /** Usage of one user; of all users if empty. */
        public static UsageFilter forUser(Optional<String> user) {
            return new UsageFilter(Optional.empty(), user, Optional.empty());
        }
    }

    /** Sums usage over the given ranges; the reply is {@link UsageMessage.Rows}. */
    record SumUsage(List<TimeRange> ranges, UsageFilter filter, List<Grouping> groupBy) implements LedgerMessage {
        public SumUsage {
            ranges = List.copyOf(ranges);
            groupBy = List.copyOf(groupBy);
        }
    }

    /** Stores a budget, replacing any budget of the same scope. */
    record PutBudget(Budget budget) implements LedgerMessage {}

    /** Reads the budget of a scope. */
    record ReadBudget(String scope) implements LedgerMessage {}

    /** Lists all budgets. */
    record ListBudgets() implements LedgerMessage {}

    /** All stored budgets. */
    record Budgets(List<Budget> data) implements LedgerMessage {
        public Budgets {
            data = List.copyOf(data);
        }
    }

    /** Stores an alert unless one with the same id exists. */
    record AddAlert(Alert alert) implements LedgerMessage {}

    /** Whether the alert was stored, that is, whether no alert with the same id existed. */
    record Added(boolean created) implements LedgerMessage {}
}
