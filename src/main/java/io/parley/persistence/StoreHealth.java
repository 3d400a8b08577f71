package io.parley.persistence;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tracks whether the store works, and logs each change of state once. */
final class StoreHealth {

    private static final Logger LOG = LoggerFactory.getLogger(StoreHealth.class);
    /** The time without failures after which a failing store counts as available again. */
    private static final long CALM = Duration.ofSeconds(1).toNanos();

    private final LongSupplier nanos;
    private final AtomicBoolean broken = new AtomicBoolean();
    private volatile long lastFailure;

    StoreHealth(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Whether the store is working, as far as is known. */
    boolean well() {
        return !broken.get();
    }

    void failed(StoreException cause) {
        lastFailure = nanos.getAsLong();
        if (broken.compareAndSet(false, true)) {
            LOG.atWarn().setCause(cause).log("store unavailable");
        }
    }

    void succeeded() {
        if (broken.get() && nanos.getAsLong() - lastFailure > CALM && broken.compareAndSet(true, false)) {
            LOG.atWarn().log("store available again");
        }
    }
}
