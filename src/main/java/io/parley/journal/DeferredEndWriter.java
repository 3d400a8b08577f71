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
    private final LogWriter.Listener ending;
    private final RunEvent.Ended ended;
    private int failures;

    /** @param ended what the readers were told */
    DeferredEndWriter(
            Timers timers,
            Function<RunBatch, Future<Appended>> store,
            String run,
            String writer,
            LogWriter.Listener ending,
            RunEvent.Ended ended) {
        this.timers = timers;
        this.store = store;
        this.run = run;
        this.writer = writer;
        this.ending = ending;
        this.ended = ended;
    }

    /** Begin to tell it; {@code untold} was shown behind {@code stored}, and is as far as we know not stored. */
    void begin(Cursor stored, List<Event> untold) {
        List<RunEvent> events =
                new ArrayList<>(untold.stream().map(RunEvent.class::cast).toList());
        events.add(ended);
        tell(new RunBatch(run, stored.epoch(), stored.seq() + 1, writer, events));
    }

    private void tell(RunBatch batch) {
        store.apply(batch).onFailure(_ -> again(batch)).onSuccess(answer -> told(batch, answer));
    }

    /** A store that stays away is asked less and less often. */
    private void again(RunBatch batch) {
        timers.after(BACKOFF.pause(failures++), () -> tell(batch));
    }

    /** An append whose answer was lost may stand there, and be shorter: then only the end is missing. */
    private void told(RunBatch batch, Appended answer) {
        RunBatch holder = answer.holder().orElse(batch);
        boolean ours = holder.writer().equals(writer) && holder.epoch() == batch.epoch();
        if (!answer.stored() && !ours) {
            ending.lost();
        } else if (holder.events().getLast() instanceof RunEvent.Ended stands) {
            ending.settle(stands);
        } else {
            tell(new RunBatch(run, batch.epoch(), holder.last().seq() + 1, writer, List.of(ended)));
        }
    }
}
