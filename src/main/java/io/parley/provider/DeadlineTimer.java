package io.parley.provider;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Runs an action when the current event is overdue, or another one when the overall deadline has passed. The event deadline changes
 * with every token, so changes are cheap: they are checked only when a timer for an earlier deadline fires.
 */
final class DeadlineTimer {

    private static final long NONE = -1;

    private final AttemptClocks time;
    private final Runnable tooLong;
    private long latest;
    private long deadline;
    private Runnable otherwise = () -> {};
    private long rings;
    private long timer = NONE;

    /** @param tooLong runs when {@code total} has passed */
    DeadlineTimer(AttemptClocks time, Duration total, Runnable tooLong) {
        this.time = time;
        this.tooLong = tooLong;
        this.latest = now() + total.toNanos();
    }

    /** Replaces the event deadline: {@code otherwise} runs after {@code patience} unless it is replaced again. */
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

    /** Cancels the deadline. */
    void stop() {
        time.vertx().cancelTimer(timer);
        timer = NONE;
    }

    /** Removes the overall deadline; only event deadlines apply from here on. */
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
