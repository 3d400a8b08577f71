package io.parley.persistence;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the store works, said in the log once for each change and not for each call. */
final class StoreHealth {

    private static final Logger LOG = LoggerFactory.getLogger(StoreHealth.class);
    /** A store that fails now and then has not come back before it was well for this long. */
    private static final long CALM = Duration.ofSeconds(1).toNanos();

    private final LongSupplier nanos;
    private final AtomicBoolean broken = new AtomicBoolean();
    private volatile long lastFailure;

    StoreHealth(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Whether the store answers, as far as is known. */
    boolean well() {
        return !broken.get();
    }

    void failed(StoreException cause) {
        lastFailure = nanos.getAsLong();
        if (broken.compareAndSet(false, true)) {
            LOG.atWarn().setCause(cause).log("the store is not available");
        }
    }

    void succeeded() {
        if (broken.get() && nanos.getAsLong() - lastFailure > CALM && broken.compareAndSet(true, false)) {
            LOG.atWarn().log("the store is available again");
        }
    }
}
