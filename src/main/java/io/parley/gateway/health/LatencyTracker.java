package io.parley.gateway.health;

import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** How long a target takes to its first token: what to expect, and how it was spread lately. Time is what it is told. */
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

    /** The moving average in nanoseconds; nothing when it is so old that it says nothing about now. */
    OptionalDouble expected(long now) {
        return count == 0 || now - updatedAt > MAX_AGE_NANOS ? OptionalDouble.empty() : OptionalDouble.of(expected);
    }

    /** The latency in milliseconds that {@code share} of the last calls did not exceed. */
    OptionalLong percentile(double share) {
        if (count == 0) {
            return OptionalLong.empty();
        }
        long[] sorted = Arrays.copyOf(millis, (int) Math.min(count, MAX_SAMPLES));
        Arrays.sort(sorted);
        return OptionalLong.of(sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)]);
    }
}
