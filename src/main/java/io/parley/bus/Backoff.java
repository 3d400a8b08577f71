package io.parley.bus;

import java.time.Duration;

/** Doubles the pause between retries with each failure, up to a maximum. Adds no jitter. */
public record Backoff(Duration initial, Duration max) {

    /** Enough to reach any maximum, and too few to overflow. */
    private static final int MAX_DOUBLINGS = 20;

    /** The pause after {@code failures} failures in a row that were followed by a retry; the initial one if there was none. */
    public Duration pause(int failures) {
        Duration doubled = initial.multipliedBy(1L << Math.clamp(failures, 0, MAX_DOUBLINGS));
        return doubled.compareTo(max) < 0 ? doubled : max;
    }
}
