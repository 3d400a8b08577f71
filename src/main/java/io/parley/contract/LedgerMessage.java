package io.parley.contract;

import io.parley.contract.BudgetMessage.Alert;
import io.parley.contract.BudgetMessage.Budget;
import io.parley.contract.UsageMessage.Attempt;
import io.parley.contract.UsageMessage.Grouping;
import io.parley.contract.UsageMessage.Spent;
import io.parley.contract.UsageMessage.Sums;
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
    record Book(String writer, List<Spent> entries) implements LedgerMessage {
        public Book {
            entries = List.copyOf(entries);
        }
    }

    /**
     * The ids of the given attempts that are recorded under the requesting writer and that it must include in its
     * totals.
     */
    record Booked(Set<String> own) implements LedgerMessage {
        public Booked {
            own = Set.copyOf(own);
        }
    }

    /** The dimensions of a usage total; an unknown dimension is blank. */
    record Heading(String provider, String model, String user, String context, String apiKey) {

        /** The dimensions that {@code attempt} is counted under. */
        public static Heading of(Attempt attempt) {
            RequestContext origin = attempt.origin();
            return new Heading(
                    attempt.provider(),
                    attempt.model(),
                    origin.user(),
                    origin.contextId().orElse(""),
                    origin.apiKey().orElse(""));
        }
    }

    /** The length of the time buckets of a total. */
    enum Unit {
        HOUR("2026-11-21T08"),
        DAY("2026-11-21");

        private final int length;

        Unit(String example) {
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

    /** What a total is kept under. */
    record BucketKey(Unit unit, String bucket, Heading heading) {

        /** The key that what was spent is counted under. */
        public static BucketKey of(Unit unit, Spent spent) {
            return new BucketKey(unit, unit.bucket(spent.at()), Heading.of(spent.attempt()));
        }
    }

    /**
     * One writer's total of all attempts it has recorded under {@code heading} in {@code bucket}, for example
     * {@code 2026-11-21T08} (UTC).
     */
    record Tally(Unit unit, String bucket, Heading heading, Sums sums) {

        public static Tally of(BucketKey key, Sums sums) {
            return new Tally(key.unit(), key.bucket(), key.heading(), sums);
        }

        public BucketKey key() {
            return new BucketKey(unit, bucket, heading);
        }
    }

    /**
     * One writer's share of a budget account: its reservations and its spending in one period.
     * @param account scope and period: {@code user:u|2026-11-21}, {@code global|2026-11}
     * @param reserved total ever reserved, in micro-dollars
     * @param settled the part of {@code reserved} whose attempts have ended
     * @param spent total actually spent, in micro-dollars
     * @param turn grows with every update of the writer; the update with the highest number wins
     */
    record Share(String account, String writer, long reserved, long settled, long spent, long turn) {}

    /** Writes the current totals of a writer. */
    record Count(String writer, List<Tally> tallies, List<Share> shares) implements LedgerMessage {
        public Count {
            tallies = List.copyOf(tallies);
            shares = List.copyOf(shares);
        }
    }

    /**
     * States that all attempts the writer recorded before {@code at} are included in its totals; {@code closed}
     * states that no more will follow.
     */
    record Beat(String writer, Instant at, boolean closed) implements LedgerMessage {}

    /**
     * Completes the totals of writers without a heartbeat since {@code silentSince}; their open reservations are
     * counted as spent.
     */
    record Recover(Instant silentSince) implements LedgerMessage {}

    /** Reserves {@code micros} if the total of all reservations of the account stays within {@code most}. */
    record Hold(String account, long micros, OptionalLong most) implements LedgerMessage {}

    /** Whether the amount was reserved; {@code gross} is the total of all reservations of the account. */
    record Held(boolean held, long gross) implements LedgerMessage {}

    /** Reads the balance of a budget account. */
    record ReadAccount(String account) implements LedgerMessage {}

    /** The balance of a budget account: the total of all reservations, and the share of each writer. */
    record Account(long gross, List<Share> shares) implements LedgerMessage {
        public Account {
            shares = List.copyOf(shares);
        }
    }

    /** Buckets of one unit, from {@code from} (inclusive) to {@code below} (exclusive). */
    record Slice(Unit unit, String from, String below) {}

    /** Restricts usage to a provider, a user or an API key; an empty field does not restrict. */
    record Whose(Optional<String> provider, Optional<String> user, Optional<String> apiKey) {
        public static final Whose ALL = new Whose(Optional.empty(), Optional.empty(), Optional.empty());

        /** Usage of one user; of all users if empty. */
        public static Whose user(Optional<String> user) {
            return new Whose(Optional.empty(), user, Optional.empty());
        }
    }

    /** Sums usage over the given ranges; the reply is {@link UsageMessage.Rows}. */
    record Sum(List<Slice> slices, Whose whose, List<Grouping> by) implements LedgerMessage {
        public Sum {
            slices = List.copyOf(slices);
            by = List.copyOf(by);
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
    record Added(boolean fresh) implements LedgerMessage {}
}
