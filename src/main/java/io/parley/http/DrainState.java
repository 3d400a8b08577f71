package io.parley.http;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.Problem;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Whether the server is going away, which is when new work is refused. */
final class DrainState {

    /** When it is worth coming back: another server may be there. */
    static final Duration PAUSE = Duration.ofSeconds(5);

    private final Duration drain;
    private final LongSupplier nanos;
    private boolean draining;
    private long until;

    /** @param drain how long what runs may go on */
    DrainState(Duration drain, LongSupplier nanos) {
        this.drain = drain;
        this.nanos = nanos;
    }

    /** Begin to listen. */
    Future<?> start(Bus bus) {
        return bus.listen(Addresses.SERVER_DRAINING, _ -> {
            draining = true;
            until = nanos.getAsLong() + drain.toNanos();
        });
    }

    boolean begun() {
        return draining;
    }

    /** How much longer what runs may go on; nothing when nobody said that we are going away. */
    Duration grace() {
        long left = draining ? until - nanos.getAsLong() : 0;
        return Duration.ofNanos(Math.max(0, left));
    }

    /** Fail if the server is going away. */
    void refuse() {
        if (draining) {
            throw problem().toException();
        }
    }

    /** What whoever comes now, or is still here at the very end, is told. */
    static Problem problem() {
        return new Problem.Unavailable(Problem.Reason.SHUTTING_DOWN, PAUSE);
    }
}
