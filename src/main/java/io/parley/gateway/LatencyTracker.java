package io.parley.gateway;

import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** How long a target takes to its first token: what to expect, and how it was spread lately. Time is what it is told. */
final class LatencyTracker {

    private static final double NEWEST = 0.2;
    private static final int KEPT = 256;
    private static final long FRESH = Duration.ofMinutes(1).toNanos();

    private final long[] millis = new long[KEPT];
    private long count;
    private double expected;
    private long at;

    void add(Duration latency, long now) {
        millis[(int) (count % KEPT)] = latency.toMillis();
        expected = count == 0 ? latency.toNanos() : expected + NEWEST * (latency.toNanos() - expected);
        count++;
        at = now;
    }

    /** The moving average in nanoseconds; nothing when it is so old that it says nothing about now. */
    OptionalDouble expected(long now) {
        return count == 0 || now - at > FRESH ? OptionalDouble.empty() : OptionalDouble.of(expected);
    }

    /** The latency in milliseconds that {@code share} of the last calls did not exceed. */
    OptionalLong percentile(double share) {
        if (count == 0) {
            return OptionalLong.empty();
        }
        long[] sorted = Arrays.copyOf(millis, (int) Math.min(count, KEPT));
        Arrays.sort(sorted);
        return OptionalLong.of(sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)]);
    }
}
