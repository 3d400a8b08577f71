package io.parley.http;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.Problem;
import io.vertx.core.Future;
import java.time.Duration;

/** Whether the server is going away, which is when new work is refused. */
final class Draining {

    /** When it is worth coming back: another server may be there. */
    static final Duration PAUSE = Duration.ofSeconds(5);

    private boolean draining;

    /** Begin to listen. */
    Future<?> start(Bus bus) {
        return bus.listen(Addresses.SERVER_DRAINING, _ -> draining = true);
    }

    boolean begun() {
        return draining;
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
