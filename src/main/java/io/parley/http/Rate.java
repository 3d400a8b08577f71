package io.parley.http;

import java.util.function.LongSupplier;

/** So many a second: that many at once, and then as they come back. */
final class Rate {

    private static final double NANOS = 1_000_000_000.0;

    private final int perSecond;
    private final LongSupplier nanos;
    private double left;
    private long at;

    Rate(int perSecond, LongSupplier nanos) {
        this.perSecond = perSecond;
        this.nanos = nanos;
        this.left = perSecond;
        this.at = nanos.getAsLong();
    }

    /** Takes one, unless they are used up. */
    boolean take() {
        long now = nanos.getAsLong();
        left = Math.min(perSecond, left + (now - at) * perSecond / NANOS);
        at = now;
        if (left < 1) {
            return false;
        }
        left -= 1;
        return true;
    }
}
