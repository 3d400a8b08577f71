package io.parley.bus;

import java.time.Duration;

/** Doubles the delay between retries with each failure, up to a maximum. Adds no jitter. */
public record Backoff(Duration initial, Duration max) {

    /** High enough to reach any maximum, and low enough not to overflow. */
    private static final int MAX_DOUBLINGS = 20;

    /** The delay before the next retry after {@code failures} earlier retries failed in a row; the initial delay for 0. */
    public Duration delay(int failures) {
        Duration doubled = initial.multipliedBy(1L << Math.clamp(failures, 0, MAX_DOUBLINGS));
        return doubled.compareTo(max) < 0 ? doubled : max;
    }
}
