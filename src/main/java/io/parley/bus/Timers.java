package io.parley.bus;

import io.vertx.core.Vertx;
import java.time.Duration;

/** The source of time of the logs, so that tests can control it. */
public interface Timers {

    /** Runs {@code task} once after {@code delay}; returns a handle. */
    long schedule(Duration delay, Runnable task);

    /** Cancels a timer. An expired or unknown handle is ignored. */
    void cancel(long handle);

    /** Vert.x timers, on the event loop of the caller. */
    static Timers of(Vertx vertx) {
        return new Timers() {
            @Override
            public long schedule(Duration delay, Runnable task) {
                return vertx.setTimer(Math.max(1, delay.toMillis()), _ -> task.run());
            }

            @Override
            public void cancel(long handle) {
                vertx.cancelTimer(handle);
            }
        };
    }
}
