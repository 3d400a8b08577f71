package io.parley.contract;

import java.util.OptionalLong;

/**
 * Tokens of one or more vendor calls.
 *
 * @param inputTokens the whole prompt, cached parts included
 * @param outputTokens all that was produced, reasoning included
 * @param cachedTokens the part of the input that was read from the vendor's cache
 * @param cacheWriteTokens the part of the input that was written to the vendor's cache
 * @param reasoningTokens the part of the output that was thinking
 * @param estimated whether any of it is our estimate rather than the vendor's report
 * @param costMicros micro-dollars; empty when the price of the model is not known
 */
public record Usage(
        long inputTokens,
        long outputTokens,
        long cachedTokens,
        long cacheWriteTokens,
        long reasoningTokens,
        boolean estimated,
        OptionalLong costMicros) {

    /** Nothing was used, so nothing is owed. */
    public static final Usage NONE = new Usage(0, 0, 0, 0, 0, false, OptionalLong.of(0));

    /** What the vendor reported; the price is put on later. */
    public static Usage reported(long input, long output, long cached, long cacheWrite, long reasoning) {
        return new Usage(input, output, cached, cacheWrite, reasoning, false, OptionalLong.empty());
    }

    /** The sum of both; its cost is known only when both are known. */
    public Usage plus(Usage other) {
        return new Usage(
                inputTokens + other.inputTokens,
                outputTokens + other.outputTokens,
                cachedTokens + other.cachedTokens,
                cacheWriteTokens + other.cacheWriteTokens,
                reasoningTokens + other.reasoningTokens,
                estimated || other.estimated,
                costMicros.isPresent() && other.costMicros.isPresent()
                        ? OptionalLong.of(costMicros.getAsLong() + other.costMicros.getAsLong())
                        : OptionalLong.empty());
    }
}
