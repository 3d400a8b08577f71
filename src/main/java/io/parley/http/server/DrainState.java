package io.parley.http.server;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.Problem;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Tracks whether the server is shutting down and rejects new work from then on. */
public final class DrainState {

    /** Retry delay sent to clients: by then another instance may accept requests. */
    public static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Duration gracePeriod;
    private final LongSupplier nanos;
    private boolean draining;
    private long deadline;

    /** @param gracePeriod how long open streams may continue after the shutdown has begun */
    public DrainState(Duration gracePeriod, LongSupplier nanos) {
        this.gracePeriod = gracePeriod;
        this.nanos = nanos;
    }

    /** Subscribes to the shutdown announcement. */
    public Future<?> start(Bus bus) {
        return bus.subscribe(Addresses.SERVER_DRAINING, _ -> {
            draining = true;
            deadline = nanos.getAsLong() + gracePeriod.toNanos();
        });
    }

    public boolean isDraining() {
        return draining;
    }

    /** Returns how much longer open streams may continue; zero if the server is not shutting down. */
    public Duration remainingGrace() {
        long remaining = draining ? deadline - nanos.getAsLong() : 0;
        return Duration.ofNanos(Math.max(0, remaining));
    }

    /** Throws {@link #problem()} if the server is shutting down. */
    public void rejectIfDraining() {
        if (draining) {
            throw problem().toException();
        }
    }

    /** Returns the problem for requests that arrive during a shutdown and for streams that outlast the drain timeout. */
    public static Problem problem() {
        return new Problem.Unavailable(Problem.Reason.SHUTTING_DOWN, RETRY_AFTER);
    }
}
