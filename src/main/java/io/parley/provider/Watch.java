package io.parley.provider;

import java.util.concurrent.TimeUnit;

/**
 * One deadline that may move with every token. It is looked at only when the timer rings that was set for an earlier one, so moving
 * it costs nothing.
 */
final class Watch {

    private static final long NONE = -1;

    private final Time time;
    private final Runnable late;
    private long deadline;
    private long rings;
    private long timer = NONE;

    Watch(Time time, Runnable late) {
        this.time = time;
        this.late = late;
    }

    /** Be late at {@code deadline}, a value of the clock, and no longer at any other. */
    void until(long deadline) {
        this.deadline = deadline;
        if (timer != NONE && deadline - rings < 0) {
            stop();
        }
        if (timer == NONE) {
            arm();
        }
    }

    void stop() {
        time.vertx().cancelTimer(timer);
        timer = NONE;
    }

    private void arm() {
        long now = time.nanos().getAsLong();
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - now + 999_999));
        rings = now + TimeUnit.MILLISECONDS.toNanos(millis);
        timer = time.vertx().setTimer(millis, _ -> ring());
    }

    private void ring() {
        timer = NONE;
        if (time.nanos().getAsLong() - deadline >= 0) {
            late.run();
        } else {
            arm();
        }
    }
}
