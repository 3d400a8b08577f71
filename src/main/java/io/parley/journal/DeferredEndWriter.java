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
 * Tells a store that did not listen in time how a log has ended, as soon as it listens again, so that the store says in the end what
 * the readers were told. Knows no readers.
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

    /** @param ended what the readers were told */
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

    /** Begin to tell it; {@code pendingEvents} was shown behind {@code stored}, and is as far as we know not stored. */
    void start(Cursor stored, List<Event> pendingEvents) {
        List<RunEvent> events =
                new ArrayList<>(pendingEvents.stream().map(RunEvent.class::cast).toList());
        events.add(ended);
        write(new RunBatch(run, stored.epoch(), stored.seq() + 1, writer, events));
    }

    private void write(RunBatch batch) {
        store.apply(batch).onFailure(_ -> retry(batch)).onSuccess(reply -> onReply(batch, reply));
    }

    /** A store that stays away is asked less and less often. */
    private void retry(RunBatch batch) {
        timers.schedule(BACKOFF.delay(failures++), () -> write(batch));
    }

    /** An append whose answer was lost may stand there, and be shorter: then only the end is missing. */
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
