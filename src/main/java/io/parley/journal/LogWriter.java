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
 * Writes one run's log to the store, behind its readers: tokens are shown at once and stored in batches; what announces something
 * ({@link #announces}) is shown only when it is stored. One append is in flight at any time. Knows nothing of vendors or readers.
 */
final class LogWriter {

    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
    private static final int LARGEST_BATCH = 512;
    private static final int FULL = 1 << 20;
    private static final Duration RETRY = Duration.ofMillis(200);

    private final Timers timers;
    private final Function<RunBatch, Future<Appended>> store;
    private final JournalConfig config;
    private final String run;
    private final String writer;
    private final StreamLog log;
    private final Listener ending;

    private final Deque<Cursor> unseen = new ArrayDeque<>();
    private final Deque<Waiter> waits = new ArrayDeque<>();
    private Cursor stored;
    private long unstored;
    private boolean writing;
    private boolean over;
    private long flushTimer = -1;
    private long patienceTimer = -1;

    /** What happens at the end of a log. */
    interface Listener {
        /** The terminal event is stored; it is shown when this completes. */
        Future<?> settle(RunEvent.Ended ended);

        /** The store did not take an announcement in time; the event that ends the log instead. */
        RunEvent.Ended giveUp();

        /** Another writer owns the run. */
        void lost();
    }

    LogWriter(
            Timers timers,
            Function<RunBatch, Future<Appended>> store,
            JournalConfig config,
            String run,
            String writer,
            StreamLog log,
            Listener ending) {
        this.timers = timers;
        this.store = store;
        this.config = config;
        this.run = run;
        this.writer = writer;
        this.log = log;
        this.ending = ending;
        this.stored = log.start();
    }

    /** Whether {@code event} says that something is done, so that it must be stored before anybody is told. */
    static boolean announces(RunEvent event) {
        return switch (event) {
            case RunEvent.TurnStarted _, RunEvent.Token _, RunEvent.TurnReset _ -> false;
            case RunEvent.RunStarted _, RunEvent.TurnCompleted _, RunEvent.FlowsExtracted _ -> true;
            case RunEvent.UsageCounted _, RunEvent.BotUpdated _, RunEvent.Injected _ -> true;
            case RunEvent.Paused _, RunEvent.Resumed _, RunEvent.RunFailed _, RunEvent.Ended _ -> true;
        };
    }

    /**
     * The first event of a later epoch is seen only when it is stored: until then another owner may still be the one at the tail, and
     * whoever followed us would miss what that one wrote.
     */
    private boolean provesOwnership(Cursor at) {
        return log.start().epoch() > 1 && at.seq() == log.start().seq() + 1;
    }

    /** Append; completes when all of it is stored. */
    Future<Void> append(List<? extends RunEvent> events) {
        if (over || log.ended()) { // its end may be on its way to the store
            return Future.failedFuture(new Problem.Conflict("the run has ended").toException());
        }
        for (RunEvent event : events) {
            Cursor at = log.append(event);
            unstored += weight(event);
            if (announces(event) || provesOwnership(at)) {
                unseen.add(at);
            }
        }
        Promise<Void> done = Promise.promise();
        waits.add(new Waiter(log.tail(), done));
        show();
        schedule();
        return done.future();
    }

    /** Completes when there is room for more: at once, unless the store is far behind. */
    Future<Void> room() {
        return unstored < FULL || waits.isEmpty()
                ? Future.succeededFuture()
                : waits.peekFirst().done.future();
    }

    /** Write nothing more, and nobody else may think that we did. */
    void close() {
        over = true;
        timers.cancel(flushTimer);
        timers.cancel(patienceTimer);
        fail(new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1)));
        log.wake();
    }

    private void show() {
        if (unseen.isEmpty()) {
            log.show(log.tail());
            return;
        }
        log.show(unseen.peekFirst().plus(-1));
        if (patienceTimer < 0) {
            patienceTimer = timers.after(config.storePatience(), this::giveUp);
        }
    }

    private void schedule() {
        if (writing || over || stored.equals(log.tail())) {
            return;
        }
        if (urgent()) {
            flush();
        } else if (flushTimer < 0) {
            flushTimer = timers.after(config.flush(), this::flush);
        }
    }

    /** About how many bytes the event takes in the store. */
    private static long weight(RunEvent event) {
        return event instanceof RunEvent.Token token ? 40 + token.delta().length() : 200;
    }

    private boolean urgent() {
        return !unseen.isEmpty()
                || stored.equals(log.start())
                || log.tail().seq() - stored.seq() >= config.flushEvents()
                || unstored >= config.flushBytes();
    }

    private void flush() {
        timers.cancel(flushTimer);
        flushTimer = -1;
        if (writing || over) {
            return;
        }
        writing = true;
        Cursor upTo = new Cursor(stored.epoch(), Math.min(log.tail().seq(), stored.seq() + LARGEST_BATCH));
        List<RunEvent> events =
                log.slice(stored, upTo).stream().map(RunEvent.class::cast).toList();
        write(new RunBatch(run, stored.epoch(), stored.seq() + 1, writer, events));
    }

    private void write(RunBatch batch) {
        store.apply(batch)
                .onSuccess(answer -> answered(batch, answer))
                .onFailure(_ -> timers.after(RETRY, () -> again(batch)));
    }

    private void again(RunBatch batch) {
        if (!over) {
            write(batch);
        }
    }

    /** A batch of ours that stands there already is our own, written by an attempt whose answer was lost. */
    private void answered(RunBatch batch, Appended answer) {
        boolean ours = answer.holder().filter(this::isOurs).isPresent();
        if (over) {
            return;
        }
        if (!answer.stored() && !ours) {
            close();
            ending.lost();
            return;
        }
        Optional<RunEvent.Ended> end =
                batch.events().getLast() instanceof RunEvent.Ended ended ? Optional.of(ended) : Optional.empty();
        end.map(ending::settle).orElseGet(Future::succeededFuture).onComplete(_ -> advance(batch));
    }

    private boolean isOurs(RunBatch holder) {
        return holder.writer().equals(writer) && holder.epoch() == stored.epoch();
    }

    private void advance(RunBatch batch) {
        if (over) {
            return;
        }
        writing = false;
        stored = batch.last();
        unstored -= batch.events().stream().mapToLong(LogWriter::weight).sum();
        while (!unseen.isEmpty() && unseen.peekFirst().compareTo(stored) <= 0) {
            unseen.pop();
        }
        if (unseen.isEmpty()) {
            timers.cancel(patienceTimer);
            patienceTimer = -1;
        }
        show();
        while (!waits.isEmpty() && waits.peekFirst().upTo.compareTo(stored) <= 0) {
            waits.pop().done.tryComplete();
        }
        over = log.closed();
        schedule();
    }

    /** What was not announced never will be; the readers are told so, and the store as soon as it listens again. */
    private void giveUp() {
        if (over) {
            return;
        }
        over = true;
        LOG.atError().addKeyValue("run_id", run).log("the store did not take the end of an answer in time");
        RunEvent.Ended ended = ending.giveUp();
        log.retract();
        List<Event> untold = log.slice(stored, log.tail());
        log.publish(List.of(ended));
        fail(new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1)));
        new DeferredEndWriter(timers, store, run, writer, ending, ended).begin(stored, untold);
    }

    private void fail(Problem problem) {
        while (!waits.isEmpty()) {
            waits.pop().done.tryFail(problem.toException());
        }
    }

    /** Somebody who waits for the log to be stored up to a cursor. */
    private record Waiter(Cursor upTo, Promise<Void> done) {}
}
