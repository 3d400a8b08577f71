package io.parley.testing;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** {@code System::nanoTime} with an offset: a test can move it forward instead of waiting. */
public final class OffsetClock implements LongSupplier {

    private final AtomicLong offset = new AtomicLong();

    @Override
    public long getAsLong() {
        return System.nanoTime() + offset.get();
    }

    /** Moves the clock forward. */
    public void advance(Duration time) {
        offset.addAndGet(time.toNanos());
    }
}
