package io.parley.contract;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Requests, replies and events of usage and cost. Costs are micro-dollars. */
public sealed interface UsageMessage extends Message {

    /**
     * An attempt at a provider has ended, successfully or not; published exactly once for each attempt.
     * @param id id of the provider call
     * @param provider name of the configured provider
     * @param usage usage with its cost if the price is known; estimated if the provider did not report it
     * @param problem why the attempt failed; empty if it completed
     * @param firstTokenMillis time to the first token in milliseconds; -1 if there was none
     * @param durationMillis duration in milliseconds
     * @param reason why the model stopped, if the attempt completed
     */
    record AttemptEnded(
            String id,
            RequestContext requestContext,
            String provider,
            String model,
            Usage usage,
            Optional<String> priceVersion,
            Optional<Problem> problem,
            Instant startedAt,
            long firstTokenMillis,
            long durationMillis,
            Optional<FinishReason> reason)
            implements UsageMessage {

        public AttemptEnded(
                String id,
                RequestContext requestContext,
                String provider,
                String model,
                Usage usage,
                Optional<String> priceVersion,
                Optional<Problem> problem,
                Instant startedAt,
                long firstTokenMillis,
                long durationMillis) {
            this(
                    id,
                    requestContext,
                    provider,
                    model,
                    usage,
                    priceVersion,
                    problem,
                    startedAt,
                    firstTokenMillis,
                    durationMillis,
                    Optional.empty());
        }

        /** The trace context of the attempt, a child of its request's. */
        public Optional<TraceContext> trace() {
            return requestContext.trace().map(request -> request.child(id));
        }
    }

    /**
     * An attempt has been recorded in the ledger; later reports include it. Its usage has a cost unless the price is
     * unknown.
     */
    record UsageRecorded(AttemptEnded attempt, Instant recordedAt) implements UsageMessage {}

    /** Reserves {@code micros} micro-dollars before an attempt. Settled by the {@link AttemptEnded} with the same id. */
    record Reserve(String attemptId, RequestContext requestContext, String provider, long micros)
            implements UsageMessage {}

    /** The amount is reserved; {@code warned} is true when a budget has reached its warning threshold. */
    record Reserved(boolean warned) implements UsageMessage {}

    /**
     * Releases the reservation of an attempt that will not be made. The reservation of an attempt that was made is
     * settled when it ends.
     */
    record Release(String attemptId) implements UsageMessage {}

    /**
     * Estimates the tokens and the cost of a prompt.
     * @param attemptId attempt that the estimate is for; the usage reported for it improves later estimates
     */
    record Estimate(String attemptId, String provider, String model, Prompt prompt) implements UsageMessage {}

    /**
     * An upper estimate.
     * @param maxOutputTokens maximum output tokens
     * @param maxCostMicros maximum cost of input and output in micro-dollars; empty if the price is unknown
     */
    record EstimateResult(long inputTokens, long maxOutputTokens, OptionalLong maxCostMicros) implements UsageMessage {}

    /** The dimensions that usage can be grouped by. */
    enum Grouping {
        PROVIDER,
        MODEL,
        USER,
        CONTEXT,
        DAY,
        HOUR
    }

    /**
     * Queries usage from {@code from} (inclusive) to {@code to} (exclusive), in whole hours.
     * @param user restricts the query to one user; empty means all users
     */
    record QueryUsage(Optional<String> user, Instant from, Instant to, List<Grouping> groupBy) implements UsageMessage {
        public QueryUsage {
            groupBy = List.copyOf(groupBy);
        }
    }

    /** Rows in the order of their keys. */
    record Rows(List<Row> data) implements UsageMessage {
        public Rows {
            data = List.copyOf(data);
        }
    }

    /** The totals of one group; days are written {@code 2026-11-21}, hours {@code 2026-11-21T08} (UTC). */
    record Row(Map<Grouping, String> group, UsageTotals totals) {
        public Row {
            group = Map.copyOf(group);
        }
    }

    /**
     * The totals of many attempts.
     * @param costMicros cost of the attempts with a known price, in micro-dollars
     * @param unpriced attempts without a known price
     * @param estimated attempts whose usage is partly or wholly estimated
     * @param errors attempts that failed
     */
    record UsageTotals(
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

        public static final UsageTotals NONE = new UsageTotals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        /** The totals of one attempt. */
        public static UsageTotals of(AttemptEnded attempt) {
            Usage usage = attempt.usage();
            return new UsageTotals(
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

        public UsageTotals plus(UsageTotals other) {
            return new UsageTotals(
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

    /** Queries the current totals; {@code user} as in {@link QueryUsage}. */
    record Summarize(Optional<String> user) implements UsageMessage {}

    /**
     * Totals of the current day, of the last seven and thirty days including today, and of the current month, in UTC.
     */
    record Summary(UsageTotals today, UsageTotals sevenDays, UsageTotals thirtyDays, UsageTotals thisMonth)
            implements UsageMessage {}
}
