package io.parley.bus;

import io.vertx.core.Vertx;
import java.time.Duration;

/** The only way that logs know of time, so that a test can drive it. */
public interface Timers {

    /** Do it once, after a while; returns a handle. */
    long after(Duration delay, Runnable task);

    /** Do not do it; a handle that is over or was never given is no mistake. */
    void cancel(long handle);

    /** Real time, on the event loop of the caller. */
    static Timers of(Vertx vertx) {
        return new Timers() {
            @Override
            public long after(Duration delay, Runnable task) {
                return vertx.setTimer(Math.max(1, delay.toMillis()), _ -> task.run());
            }

            @Override
            public void cancel(long handle) {
                vertx.cancelTimer(handle);
            }
        };
    }
}
