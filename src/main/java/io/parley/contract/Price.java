package io.parley.contract;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalLong;

/**
 * What a model costs, in micro-dollars for a million tokens.
 *
 * @param version which price list it is from; kept with everything that is booked, so that history never changes
 * @param input plain input tokens
 * @param output output tokens, reasoning excluded
 * @param cacheRead input tokens read from the vendor's cache
 * @param cacheWrite input tokens written to the vendor's cache
 * @param reasoning output tokens spent on thinking
 */
public record Price(String version, long input, long output, long cacheRead, long cacheWrite, long reasoning) {

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    /** What the usage costs in micro-dollars, rounded up: a budget is never overspent by rounding. */
    public long micros(Usage usage) {
        long plainInput = Math.max(0, usage.inputTokens() - usage.cachedTokens() - usage.cacheWriteTokens());
        long plainOutput = Math.max(0, usage.outputTokens() - usage.reasoningTokens());
        return times(plainInput, input)
                .add(times(usage.cachedTokens(), cacheRead))
                .add(times(usage.cacheWriteTokens(), cacheWrite))
                .add(times(plainOutput, output))
                .add(times(usage.reasoningTokens(), reasoning))
                .divide(MILLION, 0, RoundingMode.CEILING)
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

    private static BigDecimal times(long tokens, long price) {
        return BigDecimal.valueOf(tokens).multiply(BigDecimal.valueOf(price));
    }
}
