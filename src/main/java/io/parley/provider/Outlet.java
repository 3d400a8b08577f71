package io.parley.provider;

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

/** Where an attempt's events are shown: a log that is opened with the first of them, or refused for lack of any. */
final class Outlet {

    /** Events that nobody has read yet, beyond which the vendor is not listened to. */
    private static final int MOST_UNREAD = 1024;

    private final Supplier<StreamLog> logs;
    private final LongSupplier nanos;
    private final Promise<Void> opened = Promise.promise();
    private @Nullable StreamLog log;
    private long openedAt;

    /** @param logs opens a log */
    Outlet(Supplier<StreamLog> logs, LongSupplier nanos) {
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

    /** How long after {@code start} the first event was shown; empty if none was. */
    Optional<Duration> firstAfter(long start) {
        return isOpen() ? Optional.of(Duration.ofNanos(openedAt - start)) : Optional.empty();
    }

    /** Show these together. */
    void show(List<AnswerEvent> events) {
        StreamLog shown = open();
        shown.publish(events);
        opened.tryComplete();
    }

    /** There will be nothing to show. */
    void refuse(Problem problem) {
        opened.fail(problem.toException());
    }

    /** Whether readers are so far behind that nothing more should be shown. */
    boolean crowded() {
        return log != null && log.unread() > MOST_UNREAD;
    }

    /** Completes when readers have caught up with most of it. */
    Future<Void> drained() {
        return open().drained(MOST_UNREAD / 2);
    }

    private StreamLog open() {
        if (log == null) {
            log = logs.get();
            openedAt = nanos.getAsLong();
        }
        return log;
    }
}
