package io.parley.contract;

import java.util.OptionalLong;

/**
 * The token usage of one or more provider calls.
 * @param inputTokens all input tokens, including cached ones
 * @param outputTokens all output tokens, including reasoning
 * @param cachedTokens input tokens read from the provider's cache
 * @param cacheWriteTokens input tokens written to the provider's cache
 * @param cacheWrite1hTokens those of them that stay in the cache for an hour
 * @param reasoningTokens output tokens used for reasoning
 * @param estimated whether any number is an estimate rather than reported by the provider
 * @param costMicros cost in micro-dollars; empty if a price is unknown
 */
public record Usage(
        long inputTokens,
        long outputTokens,
        long cachedTokens,
        long cacheWriteTokens,
        long cacheWrite1hTokens,
        long reasoningTokens,
        boolean estimated,
        OptionalLong costMicros) {

    /** No tokens and no cost. */
    public static final Usage NONE = new Usage(0, 0, 0, 0, 0, false, OptionalLong.of(0));

    /** Usage without tokens that were cached for an hour. */
    public Usage(
            long inputTokens,
            long outputTokens,
            long cachedTokens,
            long cacheWriteTokens,
            long reasoningTokens,
            boolean estimated,
            OptionalLong costMicros) {
        this(inputTokens, outputTokens, cachedTokens, cacheWriteTokens, 0, reasoningTokens, estimated, costMicros);
    }

    /** Usage reported by a provider, without a cost. */
    public static Usage reported(long input, long output, long cached, long cacheWrite, long reasoning) {
        return new Usage(input, output, cached, cacheWrite, reasoning, false, OptionalLong.empty());
    }

    /** The same usage with this cost. */
    public Usage withCost(long micros) {
        return new Usage(
                inputTokens,
                outputTokens,
                cachedTokens,
                cacheWriteTokens,
                cacheWrite1hTokens,
                reasoningTokens,
                estimated,
                OptionalLong.of(micros));
    }

    /** The sum of both; the cost is known only if both costs are. */
    public Usage plus(Usage other) {
        return new Usage(
                inputTokens + other.inputTokens,
                outputTokens + other.outputTokens,
                cachedTokens + other.cachedTokens,
                cacheWriteTokens + other.cacheWriteTokens,
                cacheWrite1hTokens + other.cacheWrite1hTokens,
                reasoningTokens + other.reasoningTokens,
                estimated || other.estimated,
                costMicros.isPresent() && other.costMicros.isPresent()
                        ? OptionalLong.of(costMicros.getAsLong() + other.costMicros.getAsLong())
                        : OptionalLong.empty());
    }
}
