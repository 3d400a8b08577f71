package io.parley.contract;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;

/**
 * The price of a model.
 * @param version version of the price list; stored with every recorded attempt, so later price changes do not alter
 *     history
 * @param rates applies unless a tier does
 * @param tiers rates for longer prompts
 */
public record Price(String version, Rates rates, List<Tier> tiers) {

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    /**
     * Micro-dollars per million tokens.
     * @param input uncached input tokens
     * @param output output tokens, excluding reasoning
     * @param cacheRead input tokens read from the provider's cache
     * @param cacheWrite input tokens written to the provider's cache
     * @param cacheWrite1h input tokens written to the provider's cache for an hour
     * @param reasoning output tokens used for reasoning
     */
    public record Rates(long input, long output, long cacheRead, long cacheWrite, long cacheWrite1h, long reasoning) {}

    /** The rates of the whole call when its prompt has more than {@code aboveInputTokens} tokens. */
    public record Tier(long aboveInputTokens, Rates rates) {}

    public Price {
        tiers = List.copyOf(tiers);
    }

    /** The same rates for prompts of any length. */
    public Price(String version, long input, long output, long cacheRead, long cacheWrite, long reasoning) {
        this(version, new Rates(input, output, cacheRead, cacheWrite, cacheWrite, reasoning), List.of());
    }

    /** The cost of {@code usage} in micro-dollars, rounded up so that rounding never overspends a budget. */
    public long costMicros(Usage usage) {
        Rates rate = rates(usage.inputTokens());
        long plainInput = Math.max(0, usage.inputTokens() - usage.cachedTokens() - usage.cacheWriteTokens());
        long shortCacheWrites = Math.max(0, usage.cacheWriteTokens() - usage.cacheWrite1hTokens());
        long plainOutput = Math.max(0, usage.outputTokens() - usage.reasoningTokens());
        return cost(plainInput, rate.input())
                .add(cost(usage.cachedTokens(), rate.cacheRead()))
                .add(cost(shortCacheWrites, rate.cacheWrite()))
                .add(cost(usage.cacheWrite1hTokens(), rate.cacheWrite1h()))
                .add(cost(plainOutput, rate.output()))
                .add(cost(usage.reasoningTokens(), rate.reasoning()))
                .divide(MILLION, 0, RoundingMode.CEILING)
                .min(BigDecimal.valueOf(Long.MAX_VALUE)) // saturates: an absurd price must not fail an answer midway
                .longValueExact();
    }

    /** The same usage with its cost. */
    public Usage withCost(Usage usage) {
        return usage.withCost(costMicros(usage));
    }

    private Rates rates(long inputTokens) {
        return tiers.stream()
                .filter(tier -> inputTokens > tier.aboveInputTokens())
                .max(Comparator.comparingLong(Tier::aboveInputTokens))
                .map(Tier::rates)
                .orElse(rates);
    }

    private static BigDecimal cost(long tokens, long price) {
        return BigDecimal.valueOf(tokens).multiply(BigDecimal.valueOf(price));
    }
}
