package io.parley.journal;

import io.parley.bus.Backoff;
import io.parley.bus.Timers;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.RunEvent;
import io.parley.contract.StoreMessage.Appended;
import io.parley.contract.StoreMessage.RunBatch;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Retries writing the terminal event of a log after a store failure, so that the stored status matches the one already sent to readers.
 * Does not notify readers.
 */
final class DeferredEndWriter {

    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    private final Timers timers;
    private final Function<RunBatch, Future<Appended>> store;
    private final String run;
    private final String writer;
    private final LogWriter.Listener listener;
    private final RunEvent.Ended ended;
    private int failures;

    /** @param ended the terminal event, which was already sent to readers */
    DeferredEndWriter(
            Timers timers,
            Function<RunBatch, Future<Appended>> store,
            String run,
            String writer,
            LogWriter.Listener listener,
            RunEvent.Ended ended) {
        this.timers = timers;
        this.store = store;
        this.run = run;
        this.writer = writer;
        this.listener = listener;
        this.ended = ended;
    }

    /** Starts writing. Readers have seen {@code pendingEvents} after {@code stored}; these are not known to be stored. */
    void start(Cursor stored, List<Event> pendingEvents) {
        List<RunEvent> events =
                new ArrayList<>(pendingEvents.stream().map(RunEvent.class::cast).toList());
        events.add(ended);
        write(new RunBatch(run, stored.epoch(), stored.seq() + 1, writer, events));
    }

    private void write(RunBatch batch) {
        store.apply(batch).onFailure(_ -> retry(batch)).onSuccess(reply -> onReply(batch, reply));
    }

    private void retry(RunBatch batch) {
        timers.schedule(BACKOFF.delay(failures++), () -> write(batch));
    }

    /** A conflicting batch may be an earlier, shorter append of this writer whose reply was lost: then only the end is missing. */
    private void onReply(RunBatch batch, Appended reply) {
        RunBatch storedBatch = reply.conflictingBatch().orElse(batch);
        boolean own = storedBatch.writer().equals(writer) && storedBatch.epoch() == batch.epoch();
        if (!reply.stored() && !own) {
            listener.onLeaseLost();
        } else if (storedBatch.events().getLast() instanceof RunEvent.Ended storedEnd) {
            listener.onEndStored(storedEnd);
        } else {
            write(new RunBatch(run, batch.epoch(), storedBatch.last().seq() + 1, writer, List.of(ended)));
        }
    }
}
