package io.parley.contract;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What is known of tokens and money. */
public sealed interface UsageMessage extends Message {

    /**
     * One attempt at one vendor has ended, well or badly; told exactly once for each attempt that was made.
     *
     * @param id the provider call's id
     * @param provider the target's name
     * @param usage with its cost, when the price is known; estimated when the vendor did not report it
     * @param problem why it did not complete
     * @param firstTokenMillis from the beginning to the first token; -1 when there was none
     * @param reason why the model stopped, if it completed
     */
    record Attempt(
            String id,
            Origin origin,
            String provider,
            String model,
            Usage usage,
            Optional<String> priceVersion,
            Optional<Problem> problem,
            Instant began,
            long firstTokenMillis,
            long durationMillis,
            Optional<FinishReason> reason)
            implements UsageMessage {

        public Attempt(
                String id,
                Origin origin,
                String provider,
                String model,
                Usage usage,
                Optional<String> priceVersion,
                Optional<Problem> problem,
                Instant began,
                long firstTokenMillis,
                long durationMillis) {
            this(
                    id,
                    origin,
                    provider,
                    model,
                    usage,
                    priceVersion,
                    problem,
                    began,
                    firstTokenMillis,
                    durationMillis,
                    Optional.empty());
        }

        /** Its place in a trace, below that of its request. */
        public Optional<Trace> trace() {
            return origin.trace().map(request -> request.child(id));
        }
    }

    /** An attempt is booked: every report from now on holds it. Its usage has a cost unless nobody knows the price. */
    record Spent(Attempt attempt, Instant at) implements UsageMessage {}

    /**
     * Set this much aside before an attempt; answered with {@link Problem.BudgetExceeded} when a budget does not hold it. It is settled
     * by the {@link Attempt} of the same id.
     */
    record Reserve(String attemptId, Origin origin, String provider, long micros) implements UsageMessage {}

    /** It is set aside; {@code warned}: a budget is nearly spent. */
    record Reserved(boolean warned) implements UsageMessage {}

    /** The attempt will not be made: what was set aside for it is free again. An attempt that was made is settled by its end. */
    record Release(String attemptId) implements UsageMessage {}

    /**
     * How many tokens is this, and what may it cost?
     *
     * @param attemptId the attempt that it is for: what the vendor reports of it makes later estimates better
     */
    record Estimate(String attemptId, String provider, String model, Prompt prompt) implements UsageMessage {}

    /**
     * What it may come to.
     *
     * @param outputTokens the most that the answer may have
     * @param costMicros what both cost at most; empty when the price is not known
     */
    record Estimated(long inputTokens, long outputTokens, OptionalLong costMicros) implements UsageMessage {}

    /** What usage can be told apart by. */
    enum Grouping {
        PROVIDER,
        MODEL,
        USER,
        CONTEXT,
        DAY,
        HOUR
    }

    /**
     * What was used from {@code from} to before {@code to}, in whole hours.
     *
     * @param user whose usage alone is meant; empty means everybody's
     */
    record Report(Optional<String> user, Instant from, Instant to, List<Grouping> by) implements UsageMessage {
        public Report {
            by = List.copyOf(by);
        }
    }

    /** In the order of their keys. */
    record Rows(List<Row> data) implements UsageMessage {
        public Rows {
            data = List.copyOf(data);
        }
    }

    /** The sums of what has this key; days are written {@code 2026-11-21}, hours {@code 2026-11-21T08}. */
    record Row(Map<Grouping, String> key, Sums sums) {
        public Row {
            key = Map.copyOf(key);
        }
    }

    /**
     * What many attempts have used.
     *
     * @param costMicros of those whose price is known
     * @param unpriced how many have no known price
     * @param estimated how many the vendor did not report, or not wholly
     * @param errors how many did not complete
     */
    record Sums(
            long requests,
            long inputTokens,
            long outputTokens,
            long cachedTokens,
            long cacheWriteTokens,
            long reasoningTokens,
            long costMicros,
            long unpriced,
            long estimated,
            long errors) {

        public static final Sums NONE = new Sums(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        /** One attempt. */
        public static Sums of(Attempt attempt) {
            Usage usage = attempt.usage();
            return new Sums(
                    1,
                    usage.inputTokens(),
                    usage.outputTokens(),
                    usage.cachedTokens(),
                    usage.cacheWriteTokens(),
                    usage.reasoningTokens(),
                    usage.costMicros().orElse(0),
                    usage.costMicros().isPresent() ? 0 : 1,
                    usage.estimated() ? 1 : 0,
                    attempt.problem().isPresent() ? 1 : 0);
        }

        public Sums plus(Sums other) {
            return new Sums(
                    requests + other.requests,
                    inputTokens + other.inputTokens,
                    outputTokens + other.outputTokens,
                    cachedTokens + other.cachedTokens,
                    cacheWriteTokens + other.cacheWriteTokens,
                    reasoningTokens + other.reasoningTokens,
                    costMicros + other.costMicros,
                    unpriced + other.unpriced,
                    estimated + other.estimated,
                    errors + other.errors);
        }
    }

    /** How things stand now; {@code user} as in {@link Report}. */
    record Summarize(Optional<String> user) implements UsageMessage {}

    /** The day and the month are those of UTC; seven and thirty days include today. */
    record Summary(Sums today, Sums sevenDays, Sums thirtyDays, Sums thisMonth) implements UsageMessage {}
}
