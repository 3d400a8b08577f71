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
 * What persistence can be asked about money. Every one of these can be asked again when nobody knows what became of it: whatever is
 * counted is written as a total that one writer alone writes, and totals never fall back.
 */
public sealed interface BooksMessage extends Message {

    /** Put these attempts into the ledger. An attempt that is there already is not put there twice. */
    record Book(String writer, List<Spent> entries) implements BooksMessage {
        public Book {
            entries = List.copyOf(entries);
        }
    }

    /** The attempts that stand in the ledger in the asker's name, and are the asker's to count. */
    record Booked(Set<String> own) implements BooksMessage {
        public Booked {
            own = Set.copyOf(own);
        }
    }

    /** Whose usage it is, of what; a part that is not known is blank. */
    record Heading(String provider, String model, String user, String context, String apiKey) {

        /** The heading that {@code attempt} is counted under. */
        public static Heading of(Attempt attempt) {
            Origin origin = attempt.origin();
            return new Heading(
                    attempt.provider(),
                    attempt.model(),
                    origin.user(),
                    origin.contextId().orElse(""),
                    origin.apiKey().orElse(""));
        }
    }

    /** A stretch of time that totals are kept for. */
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

    /** One writer's total of all it has booked under {@code heading} in {@code bucket}, such as {@code 2026-11-21T08}. */
    record Tally(Unit unit, String bucket, Heading heading, Sums sums) {

        public static Tally of(BucketKey key, Sums sums) {
            return new Tally(key.unit(), key.bucket(), key.heading(), sums);
        }

        public BucketKey key() {
            return new BucketKey(unit, bucket, heading);
        }
    }

    /**
     * One writer's part of what happened to a budget in one period.
     *
     * @param account the scope and the period: {@code user:u|2026-11-21}, {@code global|2026-11}
     * @param reserved all that was ever set aside
     * @param settled the part of it whose attempts have ended
     * @param spent what was really spent
     * @param turn grows with every word of the writer: the latest counts
     */
    record Share(String account, String writer, long reserved, long settled, long spent, long turn) {}

    /** This is how the writer's totals now are. */
    record Count(String writer, List<Tally> tallies, List<Share> shares) implements BooksMessage {
        public Count {
            tallies = List.copyOf(tallies);
            shares = List.copyOf(shares);
        }
    }

    /** All that the writer booked before {@code at} is counted; {@code closed}: and there will be nothing more. */
    record Beat(String writer, Instant at, boolean closed) implements BooksMessage {}

    /** Count what writers have left uncounted that fell silent before {@code silentSince}; what they set aside is spent. */
    record Recover(Instant silentSince) implements BooksMessage {}

    /** Set this much aside if all that was ever set aside stays within {@code most}. */
    record Hold(String account, long micros, OptionalLong most) implements BooksMessage {}

    /** Whether it is set aside; {@code gross}: all that was ever set aside, as far as it is known. */
    record Held(boolean held, long gross) implements BooksMessage {}

    record ReadAccount(String account) implements BooksMessage {}

    record Account(long gross, List<Share> shares) implements BooksMessage {
        public Account {
            shares = List.copyOf(shares);
        }
    }

    /** Buckets of one unit, from {@code from} to before {@code below}. */
    record Slice(Unit unit, String from, String below) {}

    /** Whose usage is summed up; empty parts mean all. */
    record Whose(Optional<String> provider, Optional<String> user, Optional<String> apiKey) {
        public static final Whose ALL = new Whose(Optional.empty(), Optional.empty(), Optional.empty());

        /** One user's, or everybody's. */
        public static Whose user(Optional<String> user) {
            return new Whose(Optional.empty(), user, Optional.empty());
        }
    }

    /** Sum up what was counted in these slices; answered with {@link UsageMessage.Rows}. */
    record Sum(List<Slice> slices, Whose whose, List<Grouping> by) implements BooksMessage {
        public Sum {
            slices = List.copyOf(slices);
            by = List.copyOf(by);
        }
    }

    record PutBudget(Budget budget) implements BooksMessage {}

    record ReadBudget(String scope) implements BooksMessage {}

    record ListBudgets() implements BooksMessage {}

    /** Every budget there is. */
    record Budgets(List<Budget> data) implements BooksMessage {
        public Budgets {
            data = List.copyOf(data);
        }
    }

    record AddAlert(Alert alert) implements BooksMessage {}

    /** Whether there was none of the same id. */
    record Added(boolean fresh) implements BooksMessage {}
}
