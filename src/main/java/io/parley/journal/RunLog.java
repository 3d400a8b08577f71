package io.parley.journal;

import io.parley.bus.StreamLog;
import io.parley.bus.Timers;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.RunEvent;
import io.parley.contract.StoreMessage.RunBatch;
import io.parley.contract.StreamMessage.Batch;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Holds the complete log of a run: one {@link StreamLog} per epoch, of which only the last one grows. Does not access the store. */
final class RunLog {

    private final Timers timers;
    private final LongSupplier nanos;
    private final List<StreamLog> epochs = new ArrayList<>();
    private long readAt;

    /** The empty log of a new run. */
    static RunLog ofNewRun(Timers timers, LongSupplier nanos) {
        RunLog log = new RunLog(timers, nanos);
        log.beginEpoch(1);
        return log;
    }

    /** The log from its stored batches. */
    static RunLog of(Timers timers, LongSupplier nanos, List<RunBatch> batches) {
        RunLog log = new RunLog(timers, nanos);
        for (RunBatch batch : batches) {
            if (log.epochs.isEmpty() || log.current().start().epoch() != batch.epoch()) {
                log.epochs.add(new StreamLog(timers, new Cursor(batch.epoch(), batch.first() - 1)));
            }
            if (!log.current().ended()) {
                log.current().publish(batch.events());
            }
        }
        return log;
    }

    private RunLog(Timers timers, LongSupplier nanos) {
        this.timers = timers;
        this.nanos = nanos;
        this.readAt = nanos.getAsLong();
    }

    /** Continues the log after its tail, under the epoch of a new owner. */
    StreamLog beginEpoch(int epoch) {
        long seq = epochs.isEmpty() ? 0 : current().tail().seq();
        StreamLog log = new StreamLog(timers, new Cursor(epoch, seq));
        epochs.add(log);
        return log;
    }

    StreamLog current() {
        return epochs.getLast();
    }

    boolean isEmpty() {
        return epochs.isEmpty();
    }

    /** The last event that readers can see. */
    Cursor highWatermark() {
        return epochs.isEmpty() ? Cursor.START : current().highWatermark();
    }

    /** Reads the events after {@code after}, in the epoch that contains them; waits up to {@code maxWait} if there are none. */
    Future<Batch> readAfter(Cursor after, Duration maxWait) {
        readAt = nanos.getAsLong();
        return batch(after, maxWait).onSuccess(_ -> readAt = nanos.getAsLong());
    }

    private Future<Batch> batch(Cursor after, Duration maxWait) {
        if (epochs.isEmpty()) {
            return Future.succeededFuture(new Batch(after, List.of(), false));
        }
        for (StreamLog log : epochs) {
            if (log.highWatermark().compareTo(after) > 0 && log.highWatermark().compareTo(log.start()) > 0) {
                return log.readAfter(after, maxWait);
            }
        }
        return current().readAfter(after, maxWait);
    }

    /** All events that readers can see, in order. */
    List<RunEvent> events() {
        List<RunEvent> all = new ArrayList<>();
        for (StreamLog log : epochs) {
            for (Event event : log.slice(log.start(), log.highWatermark())) {
                all.add((RunEvent) event);
            }
        }
        return all;
    }

    /** Completes all pending reads. */
    void wake() {
        epochs.forEach(StreamLog::wake);
    }

    /**
     * Whether no reader has requested or received events for {@code duration}, and none is waiting. A client that is still receiving its
     * last batch does not count as a reader.
     */
    boolean unreadFor(Duration duration) {
        boolean waiting = !epochs.isEmpty() && current().readers() > 0;
        return !waiting && nanos.getAsLong() - readAt > duration.toNanos();
    }
}
