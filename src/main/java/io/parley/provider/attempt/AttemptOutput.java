package io.parley.provider.attempt;

import io.parley.bus.StreamLog;
import io.parley.contract.AnswerEvent;
import io.parley.contract.Problem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Publishes the events of an attempt to a log, which is opened for the first event. Without events, fails the open request instead. */
final class AttemptOutput {

    /** The high watermark: with more unread events than this, reading from the provider is paused. */
    private static final int MAX_UNREAD = 1024;

    private final Supplier<StreamLog> logs;
    private final LongSupplier nanos;
    private final Promise<Void> opened = Promise.promise();
    private @Nullable StreamLog log;
    private long openedAt;

    /** @param logs opens the log */
    AttemptOutput(Supplier<StreamLog> logs, LongSupplier nanos) {
        this.logs = logs;
        this.nanos = nanos;
    }

    /** Completes with the first event; fails if there will be none. */
    Future<Void> opened() {
        return opened.future();
    }

    boolean isOpen() {
        return log != null;
    }

    /** The time from {@code start} to the first event; empty if there was none. */
    Optional<Duration> firstEventAfter(long start) {
        return isOpen() ? Optional.of(Duration.ofNanos(openedAt - start)) : Optional.empty();
    }

    /** Publishes these events together. */
    void publish(List<AnswerEvent> events) {
        StreamLog target = open();
        target.publish(events);
        opened.tryComplete();
    }

    /** Fails the open request, because there will be no events. */
    void fail(Problem problem) {
        opened.fail(problem.toException());
    }

    /** Whether the number of unread events is above the high watermark. */
    boolean isAboveHighWatermark() {
        return log != null && log.unread() > MAX_UNREAD;
    }

    /** Completes when readers have caught up to half of the high watermark. */
    Future<Void> whenDrained() {
        return open().whenBelow(MAX_UNREAD / 2);
    }

    private StreamLog open() {
        if (log == null) {
            log = logs.get();
            openedAt = nanos.getAsLong();
        }
        return log;
    }
}
