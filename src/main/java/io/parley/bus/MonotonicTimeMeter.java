package io.parley.bus;

import io.github.bucket4j.TimeMeter;
import java.util.function.LongSupplier;

/** Measures time for token buckets with a clock that never jumps, such as {@link Clocks#nanos}. */
public record MonotonicTimeMeter(LongSupplier nanos) implements TimeMeter {

    @Override
    public long currentTimeNanos() {
        return nanos.getAsLong();
    }

    @Override
    public boolean isWallClockBased() {
        return false;
    }
}
