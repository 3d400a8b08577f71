package io.parley.provider.attempt;

import io.parley.contract.Prompt;
import io.parley.contract.Usage;
import io.parley.provider.response.Signal;
import java.util.Optional;
import java.util.OptionalLong;

/** Accumulates the token usage that a provider reports for one attempt; estimates the counts that it does not report. */
final class UsageAccumulator {

    /** Counts above this are implausible for one call and are ignored. */
    private static final long MAX_TOKENS = 100_000_000;

    /** A rough average, sufficient for estimates that are marked as such. */
    private static final int CHARS_PER_TOKEN = 4;

    private long plainInput = -1;
    private long cached = -1;
    private long cacheWrite = -1;
    private long cacheWrite1h = -1;
    private long output = -1;
    private long reasoning = -1;

    /** Adds a report; its counts replace earlier ones, except that an input of nothing replaces none. */
    void add(Signal.UsageReport report) {
        boolean noInput = report.plainInput() == 0 && report.cached() <= 0 && report.cacheWrite() <= 0;
        plainInput = noInput && plainInput > 0 ? plainInput : latest(plainInput, report.plainInput());
        cached = latest(cached, report.cached());
        cacheWrite = latest(cacheWrite, report.cacheWrite());
        cacheWrite1h = latest(cacheWrite1h, report.cacheWrite1h());
        output = latest(output, report.output());
        reasoning = latest(reasoning, report.reasoning());
    }

    /** The usage of {@code prompt} and of an output of {@code outputChars} characters. */
    Usage usage(Prompt prompt, long outputChars) {
        long fromCache = Math.max(0, cached);
        long toCache = Math.max(0, cacheWrite);
        long input = plainInput < 0 ? tokens(length(prompt)) : plainInput + fromCache + toCache;
        return new Usage(
                input,
                output < 0 ? tokens(outputChars) : output,
                fromCache,
                toCache,
                Math.clamp(cacheWrite1h, 0, toCache),
                Math.max(0, reasoning),
                plainInput < 0 || output < 0,
                OptionalLong.empty());
    }

    /** The input that was reported so far, without any output; empty if none was. */
    Optional<Usage> input() {
        long fromCache = Math.max(0, cached);
        long toCache = Math.max(0, cacheWrite);
        long input = plainInput + fromCache + toCache;
        return plainInput < 0 || input == 0
                ? Optional.empty()
                : Optional.of(Usage.reported(input, 0, fromCache, toCache, 0));
    }

    private static long latest(long before, long reported) {
        return reported < 0 || reported > MAX_TOKENS ? before : reported;
    }

    private static long length(Prompt prompt) {
        return prompt.texts().mapToLong(String::length).sum() + CHARS_PER_TOKEN * prompt.attachmentTokens();
    }

    private static long tokens(long chars) {
        return (chars + CHARS_PER_TOKEN - 1) / CHARS_PER_TOKEN;
    }
}
