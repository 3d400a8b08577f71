package io.parley.provider.attempt;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Runs an action when the current event is overdue, or another one when the overall deadline has passed. The event deadline changes
 * with every token, so changes are cheap: they are checked only when a timer for an earlier deadline fires.
 */
final class DeadlineTimer {

    private static final long NONE = -1;

    private final AttemptClocks clocks;
    private final Runnable onOverallDeadline;
    private long overallDeadline;
    private long eventDeadline;
    private Runnable onEventDeadline = () -> {};
    private long firesAt;
    private long timer = NONE;

    /** @param onOverallDeadline runs when {@code total} has passed */
    DeadlineTimer(AttemptClocks clocks, Duration total, Runnable onOverallDeadline) {
        this.clocks = clocks;
        this.onOverallDeadline = onOverallDeadline;
        this.overallDeadline = now() + total.toNanos();
    }

    /** Replaces the event deadline: {@code onEventDeadline} runs after {@code timeout} unless it is replaced again. */
    void expect(Duration timeout, Runnable onEventDeadline) {
        this.onEventDeadline = onEventDeadline;
        this.eventDeadline = now() + timeout.toNanos();
        if (timer != NONE && nextDeadline() - firesAt < 0) {
            cancel();
        }
        if (timer == NONE) {
            arm();
        }
    }

    /** Cancels the deadline. */
    void cancel() {
        clocks.vertx().cancelTimer(timer);
        timer = NONE;
    }

    /** Removes the overall deadline; only event deadlines apply from here on. */
    void clearOverallDeadline() {
        overallDeadline = now() + Long.MAX_VALUE / 2;
    }

    private long nextDeadline() {
        return eventDeadline - overallDeadline < 0 ? eventDeadline : overallDeadline;
    }

    private void arm() {
        long now = now();
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nextDeadline() - now + 999_999));
        firesAt = now + TimeUnit.MILLISECONDS.toNanos(millis);
        timer = clocks.vertx().setTimer(millis, _ -> onTimer());
    }

    private void onTimer() {
        timer = NONE;
        if (now() - nextDeadline() < 0) {
            arm();
        } else if (now() - overallDeadline < 0) {
            onEventDeadline.run();
        } else {
            onOverallDeadline.run();
        }
    }

    private long now() {
        return clocks.nanos().getAsLong();
    }
}
