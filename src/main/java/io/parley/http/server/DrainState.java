package io.parley.http.server;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.Problem;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Whether the server is going away, which is when new work is refused. */
public final class DrainState {

    /** When it is worth coming back: another server may be there. */
    public static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Duration gracePeriod;
    private final LongSupplier nanos;
    private boolean draining;
    private long deadline;

    /** @param gracePeriod how long what runs may go on */
    public DrainState(Duration gracePeriod, LongSupplier nanos) {
        this.gracePeriod = gracePeriod;
        this.nanos = nanos;
    }

    /** Begin to listen. */
    public Future<?> start(Bus bus) {
        return bus.subscribe(Addresses.SERVER_DRAINING, _ -> {
            draining = true;
            deadline = nanos.getAsLong() + gracePeriod.toNanos();
        });
    }

    public boolean isDraining() {
        return draining;
    }

    /** How much longer what runs may go on; nothing when nobody said that we are going away. */
    public Duration remainingGrace() {
        long remaining = draining ? deadline - nanos.getAsLong() : 0;
        return Duration.ofNanos(Math.max(0, remaining));
    }

    /** Fail if the server is going away. */
    public void rejectIfDraining() {
        if (draining) {
            throw problem().toException();
        }
    }

    /** What whoever comes now, or is still here at the very end, is told. */
    public static Problem problem() {
        return new Problem.Unavailable(Problem.Reason.SHUTTING_DOWN, RETRY_AFTER);
    }
}
