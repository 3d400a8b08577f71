package io.parley.persistence.store;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tracks whether the store works, and logs each change of state once. */
public final class StoreHealth {

    private static final Logger LOG = LoggerFactory.getLogger(StoreHealth.class);
    /** The time without failures after which a failing store counts as available again. */
    private static final long RESET_AFTER_NANOS = Duration.ofSeconds(1).toNanos();

    private final LongSupplier nanos;
    private final AtomicBoolean failing = new AtomicBoolean();
    private volatile long lastFailure;

    StoreHealth(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Whether the store is working, as far as known. */
    boolean healthy() {
        return !failing.get();
    }

    void failed(StoreException cause) {
        lastFailure = nanos.getAsLong();
        if (failing.compareAndSet(false, true)) {
            LOG.atWarn().setCause(cause).log("store unavailable");
        }
    }

    void succeeded() {
        if (failing.get()
                && nanos.getAsLong() - lastFailure > RESET_AFTER_NANOS
                && failing.compareAndSet(true, false)) {
            LOG.atWarn().log("store available again");
        }
    }
}
