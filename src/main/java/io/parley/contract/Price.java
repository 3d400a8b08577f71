package io.parley.contract;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a model costs.
 *
 * @param version which price list it is from; kept with everything that is booked, so that history never changes
 * @param rates what holds unless a tier does
 * @param tiers what holds for longer prompts
 */
public record Price(String version, Rates rates, List<Tier> tiers) {

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    /**
     * Micro-dollars for a million tokens.
     *
     * @param input plain input tokens
     * @param output output tokens, reasoning excluded
     * @param cacheRead input tokens read from the vendor's cache
     * @param cacheWrite input tokens written to the vendor's cache
     * @param reasoning output tokens spent on thinking
     */
    public record Rates(long input, long output, long cacheRead, long cacheWrite, long reasoning) {}

    /** What the whole call costs when its prompt has more tokens than {@code above}. */
    public record Tier(long above, Rates rates) {}

    public Price {
        tiers = List.copyOf(tiers);
    }

    /** The same for prompts of every length. */
    public Price(String version, long input, long output, long cacheRead, long cacheWrite, long reasoning) {
        this(version, new Rates(input, output, cacheRead, cacheWrite, reasoning), List.of());
    }

    /** What the usage costs in micro-dollars, rounded up: a budget is never overspent by rounding. */
    public long micros(Usage usage) {
        Rates rate = rates(usage.inputTokens());
        long plainInput = Math.max(0, usage.inputTokens() - usage.cachedTokens() - usage.cacheWriteTokens());
        long plainOutput = Math.max(0, usage.outputTokens() - usage.reasoningTokens());
        return times(plainInput, rate.input())
                .add(times(usage.cachedTokens(), rate.cacheRead()))
                .add(times(usage.cacheWriteTokens(), rate.cacheWrite()))
                .add(times(plainOutput, rate.output()))
                .add(times(usage.reasoningTokens(), rate.reasoning()))
                .divide(MILLION, 0, RoundingMode.CEILING)
                .min(BigDecimal.valueOf(
                        Long.MAX_VALUE)) // beyond all money, but never an exception in the middle of an answer
                .longValueExact();
    }

    /** The same usage with its price on it. */
    public Usage on(Usage usage) {
        return new Usage(
                usage.inputTokens(),
                usage.outputTokens(),
                usage.cachedTokens(),
                usage.cacheWriteTokens(),
                usage.reasoningTokens(),
                usage.estimated(),
                OptionalLong.of(micros(usage)));
    }

    private Rates rates(long inputTokens) {
        return tiers.stream()
                .filter(tier -> inputTokens > tier.above())
                .max(Comparator.comparingLong(Tier::above))
                .map(Tier::rates)
                .orElse(rates);
    }

    private static BigDecimal times(long tokens, long price) {
        return BigDecimal.valueOf(tokens).multiply(BigDecimal.valueOf(price));
    }
}
