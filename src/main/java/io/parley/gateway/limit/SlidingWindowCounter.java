package io.parley.gateway.limit;

import java.time.Duration;

/** Counts events in the last ten seconds, in slots of one second. The caller passes the time. */
final class SlidingWindowCounter {

    static final Duration WINDOW = Duration.ofSeconds(10);

    private static final long SLOT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int SLOTS = (int) WINDOW.toSeconds();

    private final long[] counts = new long[SLOTS];
    private long newest = Long.MIN_VALUE;

    void add(long now) {
        advance(now);
        counts[index(newest)]++;
    }

    long count(long now) {
        advance(now);
        long sum = 0;
        for (long each : counts) {
            sum += each;
        }
        return sum;
    }

    private void advance(long now) {
        long slot = Math.floorDiv(now, SLOT_NANOS);
        long from = Math.max(newest == Long.MIN_VALUE ? slot - SLOTS : newest, slot - SLOTS);
        for (long each = from + 1; each <= slot; each++) {
            counts[index(each)] = 0;
        }
        newest = Math.max(newest, slot);
    }

    private static int index(long slot) {
        return (int) Math.floorMod(slot, (long) SLOTS);
    }
}
