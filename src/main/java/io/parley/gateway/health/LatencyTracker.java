package io.parley.gateway.health;

import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Tracks the time to first token of a provider: moving average and recent percentiles. The caller passes the time. */
final class LatencyTracker {

    private static final double SMOOTHING_FACTOR = 0.2;
    private static final int MAX_SAMPLES = 256;
    private static final long MAX_AGE_NANOS = Duration.ofMinutes(1).toNanos();

    private final long[] millis = new long[MAX_SAMPLES];
    private long count;
    private double expected;
    private long updatedAt;

    void add(Duration latency, long now) {
        millis[(int) (count % MAX_SAMPLES)] = latency.toMillis();
        expected = count == 0 ? latency.toNanos() : expected + SMOOTHING_FACTOR * (latency.toNanos() - expected);
        count++;
        updatedAt = now;
    }

    /** The moving average in nanoseconds; empty if the last sample is too old. */
    OptionalDouble expected(long now) {
        return count == 0 || now - updatedAt > MAX_AGE_NANOS ? OptionalDouble.empty() : OptionalDouble.of(expected);
    }

    /** The percentile {@code share} (0 to 1) of the recent latencies, in milliseconds. */
    OptionalLong percentile(double share) {
        if (count == 0) {
            return OptionalLong.empty();
        }
        long[] sorted = Arrays.copyOf(millis, (int) Math.min(count, MAX_SAMPLES));
        Arrays.sort(sorted);
        return OptionalLong.of(sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)]);
    }
}
