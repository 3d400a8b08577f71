package io.parley.journal;

import io.parley.bus.StreamLog;
import io.parley.bus.Timers;
import io.parley.config.JournalConfig;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.StoreMessage.Appended;
import io.parley.contract.StoreMessage.RunBatch;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the log of one run to the store asynchronously. Tokens are visible to readers at once and stored in batches; announcements
 * ({@link #requiresStorage}) become visible only when they are stored. At most one append is in flight. Does not know providers or readers.
 */
final class LogWriter {

    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
    private static final int MAX_BATCH_EVENTS = 512;
    private static final int MAX_UNSTORED_BYTES = 1 << 20;
    private static final Duration RETRY_DELAY = Duration.ofMillis(200);

    private final Timers timers;
    private final Function<RunBatch, Future<Appended>> store;
    private final JournalConfig config;
    private final String run;
    private final String writer;
    private final StreamLog log;
    private final Listener listener;

    private final Deque<Cursor> pendingAnnouncements = new ArrayDeque<>();
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private Cursor storedCursor;
    private long unstoredBytes;
    private boolean writing;
    private boolean stopped;
    private long flushTimer = -1;
    private long storeTimer = -1;

    /** Handles the end of a log. */
    interface Listener {
        /** The terminal event is stored; it becomes visible when the returned future completes. */
        Future<?> onEndStored(RunEvent.Ended ended);

        /** An announcement was not stored in time; returns the terminal event that ends the log instead. */
        RunEvent.Ended storeUnavailableEnd();

        /** Another instance owns the run. */
        void onLeaseLost();
    }

    LogWriter(
            Timers timers,
            Function<RunBatch, Future<Appended>> store,
            JournalConfig config,
            String run,
            String writer,
            StreamLog log,
            Listener listener) {
        this.timers = timers;
        this.store = store;
        this.config = config;
        this.run = run;
        this.writer = writer;
        this.log = log;
        this.listener = listener;
        this.storedCursor = log.start();
    }

    /** Whether {@code event} announces a result, so that it must be stored before readers can see it. */
    static boolean requiresStorage(RunEvent event) {
        return switch (event) {
            case RunEvent.TurnStarted _, RunEvent.Token _, RunEvent.ThinkingToken _, RunEvent.TurnReset _ -> false;
            case RunEvent.RunStarted _, RunEvent.TurnCompleted _, RunEvent.FlowsExtracted _ -> true;
            case RunEvent.UsageCounted _, RunEvent.BotUpdated _, RunEvent.Injected _ -> true;
            case RunEvent.Paused _, RunEvent.Resumed _, RunEvent.RunFailed _, RunEvent.Ended _ -> true;
        };
    }

    /**
     * The first event of a later epoch becomes visible only when it is stored: until then another owner may still append to the log, and
     * readers of this epoch would miss those events.
     */
    private boolean provesOwnership(Cursor cursor) {
        return log.start().epoch() > 1 && cursor.seq() == log.start().seq() + 1;
    }

    /** Appends events; completes when all of them are stored. */
    Future<Void> append(List<? extends RunEvent> events) {
        if (stopped || log.ended()) { // the terminal event may not be stored yet
            return Future.failedFuture(new Problem.Conflict("the run has ended").toException());
        }
        for (RunEvent event : events) {
            Cursor cursor = log.append(event);
            unstoredBytes += estimatedBytes(event);
            if (requiresStorage(event) || provesOwnership(cursor)) {
                pendingAnnouncements.add(cursor);
            }
        }
        Promise<Void> promise = Promise.promise();
        waiters.add(new Waiter(log.tail(), promise));
        advanceVisible();
        schedule();
        return promise.future();
    }

    /** Completes when more events may be appended: at once, unless too many bytes are waiting to be stored. */
    Future<Void> whenWritable() {
        return unstoredBytes < MAX_UNSTORED_BYTES || waiters.isEmpty()
                ? Future.succeededFuture()
                : waiters.peekFirst().promise.future();
    }

    /** Stops writing and fails the pending appends, whose events may not be stored. */
    void close() {
        stopped = true;
        timers.cancel(flushTimer);
        timers.cancel(storeTimer);
        failWaiters(new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1)));
        log.wake();
    }

    private void advanceVisible() {
        if (pendingAnnouncements.isEmpty()) {
            log.advanceVisible(log.tail());
            return;
        }
        log.advanceVisible(pendingAnnouncements.peekFirst().plus(-1));
        if (storeTimer < 0) {
            storeTimer = timers.schedule(config.storeTimeout(), this::onStoreTimeout);
        }
    }

    private void schedule() {
        if (writing || stopped || storedCursor.equals(log.tail())) {
            return;
        }
        if (mustFlush()) {
            flush();
        } else if (flushTimer < 0) {
            flushTimer = timers.schedule(config.flushDelay(), this::flush);
        }
    }

    /** The approximate size of the event in the store. */
    private static long estimatedBytes(RunEvent event) {
        return event.textLength() + (event instanceof RunEvent.Fragment ? 40L : 200L);
    }

    private boolean mustFlush() {
        return !pendingAnnouncements.isEmpty()
                || storedCursor.equals(log.start())
                || log.tail().seq() - storedCursor.seq() >= config.flushEvents()
                || unstoredBytes >= config.flushBytes();
    }

    private void flush() {
        timers.cancel(flushTimer);
        flushTimer = -1;
        if (writing || stopped) {
            return;
        }
        writing = true;
        Cursor upTo =
                new Cursor(storedCursor.epoch(), Math.min(log.tail().seq(), storedCursor.seq() + MAX_BATCH_EVENTS));
        List<RunEvent> events =
                log.slice(storedCursor, upTo).stream().map(RunEvent.class::cast).toList();
        write(new RunBatch(run, storedCursor.epoch(), storedCursor.seq() + 1, writer, events));
    }

    private void write(RunBatch batch) {
        store.apply(batch)
                .onSuccess(reply -> onReply(batch, reply))
                .onFailure(_ -> timers.schedule(RETRY_DELAY, () -> retry(batch)));
    }

    private void retry(RunBatch batch) {
        if (!stopped) {
            write(batch);
        }
    }

    /** A conflicting batch of this writer was stored by an earlier attempt whose reply was lost. */
    private void onReply(RunBatch batch, Appended reply) {
        boolean own = reply.conflictingBatch().filter(this::isOurs).isPresent();
        if (stopped) {
            return;
        }
        if (!reply.stored() && !own) {
            close();
            listener.onLeaseLost();
            return;
        }
        Optional<RunEvent.Ended> end =
                batch.events().getLast() instanceof RunEvent.Ended ended ? Optional.of(ended) : Optional.empty();
        end.map(listener::onEndStored).orElseGet(Future::succeededFuture).onComplete(_ -> advance(batch));
    }

    private boolean isOurs(RunBatch batch) {
        return batch.writer().equals(writer) && batch.epoch() == storedCursor.epoch();
    }

    private void advance(RunBatch batch) {
        if (stopped) {
            return;
        }
        writing = false;
        storedCursor = batch.last();
        unstoredBytes -=
                batch.events().stream().mapToLong(LogWriter::estimatedBytes).sum();
        while (!pendingAnnouncements.isEmpty()
                && pendingAnnouncements.peekFirst().compareTo(storedCursor) <= 0) {
            pendingAnnouncements.pop();
        }
        if (pendingAnnouncements.isEmpty()) {
            timers.cancel(storeTimer);
            storeTimer = -1;
        }
        advanceVisible();
        while (!waiters.isEmpty() && waiters.peekFirst().upTo.compareTo(storedCursor) <= 0) {
            waiters.pop().promise.tryComplete();
        }
        stopped = log.closed();
        schedule();
    }

    /** Discards the events that readers have not seen, and ends the log. The end is stored as soon as the store is available again. */
    private void onStoreTimeout() {
        if (stopped) {
            return;
        }
        stopped = true;
        LOG.atError().addKeyValue("run_id", run).log("log not stored in time: run ended with an error");
        RunEvent.Ended ended = listener.storeUnavailableEnd();
        log.discardUnseen();
        List<Event> pendingEvents = log.slice(storedCursor, log.tail());
        log.publish(List.of(ended));
        failWaiters(new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1)));
        new DeferredEndWriter(timers, store, run, writer, listener, ended).start(storedCursor, pendingEvents);
    }

    private void failWaiters(Problem problem) {
        while (!waiters.isEmpty()) {
            waiters.pop().promise.tryFail(problem.toException());
        }
    }

    /** An append that waits until the log is stored up to {@code upTo}. */
    private record Waiter(Cursor upTo, Promise<Void> promise) {}
}
