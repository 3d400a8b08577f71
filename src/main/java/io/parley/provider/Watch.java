package io.parley.provider;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Waits for one thing at a time, and not longer than for all things together. What is waited for may change with every token: the
 * deadline is looked at only when a timer rings that was set for an earlier one, so changing it costs nothing.
 */
final class Watch {

    private static final long NONE = -1;

    private final Time time;
    private final Runnable tooLong;
    private long latest;
    private long deadline;
    private Runnable otherwise = () -> {};
    private long rings;
    private long timer = NONE;

    /** @param tooLong happens when everything together takes longer than {@code total} */
    Watch(Time time, Duration total, Runnable tooLong) {
        this.time = time;
        this.tooLong = tooLong;
        this.latest = now() + total.toNanos();
    }

    /** From now on, {@code otherwise} happens when {@code patience} is over and nothing else was awaited in the meantime. */
    void within(Duration patience, Runnable otherwise) {
        this.otherwise = otherwise;
        this.deadline = now() + patience.toNanos();
        if (timer != NONE && due() - rings < 0) {
            stop();
        }
        if (timer == NONE) {
            arm();
        }
    }

    /** Wait for nothing any more. */
    void stop() {
        time.vertx().cancelTimer(timer);
        timer = NONE;
    }

    /** The whole is in time; what is awaited from now on is not part of it. */
    void whole() {
        latest = now() + Long.MAX_VALUE / 2;
    }

    private long due() {
        return deadline - latest < 0 ? deadline : latest;
    }

    private void arm() {
        long now = now();
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(due() - now + 999_999));
        rings = now + TimeUnit.MILLISECONDS.toNanos(millis);
        timer = time.vertx().setTimer(millis, _ -> ring());
    }

    private void ring() {
        timer = NONE;
        if (now() - due() < 0) {
            arm();
        } else if (now() - latest < 0) {
            otherwise.run();
        } else {
            tooLong.run();
        }
    }

    private long now() {
        return time.nanos().getAsLong();
    }
}
