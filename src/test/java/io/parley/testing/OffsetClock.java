package io.parley.testing;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** {@code System::nanoTime}, which a test can set forward instead of waiting. */
public final class OffsetClock implements LongSupplier {

    private final AtomicLong offset = new AtomicLong();

    @Override
    public long getAsLong() {
        return System.nanoTime() + offset.get();
    }

    /** Let this time pass at once. */
    public void advance(Duration time) {
        offset.addAndGet(time.toNanos());
    }
}
