package io.parley.bus;

import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.StreamMessage.Batch;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Stores numbered events of one epoch in memory and serves the readers that wait for the next one. Belongs to one
 * event loop and is not thread-safe. Does not know where events come from.
 *
 * <p>Appending and publishing are separate steps: an event that must be stored before readers see it is appended
 * first and made visible with {@link #show} later.
 */
public final class StreamLog {

    /** The maximum number of events in one batch. */
    private static final int BATCH = 512;

    private final Timers timers;
    private final Cursor start;
    private final List<Event> events = new ArrayList<>();
    private final List<Promise<Void>> waiting = new ArrayList<>();
    private final List<ProducerWait> backlogs = new ArrayList<>();
    private int shown;
    private int read;
    private boolean ended;

    /** Creates a log whose first event has the number after {@code start}. */
    public StreamLog(Timers timers, Cursor start) {
        this.timers = timers;
        this.start = start;
    }

    /** Creates a log that uses Vert.x timers. */
    public StreamLog(Vertx vertx, Cursor start) {
        this(Timers.of(vertx), start);
    }

    /** Appends an event without making it visible. Fails after a terminal event. */
    public Cursor append(Event event) {
        if (ended) {
            throw new IllegalStateException("the log has ended");
        }
        events.add(event);
        ended = event.terminal();
        return tail();
    }

    /** Makes all events up to {@code upTo} visible to readers. */
    public void show(Cursor upTo) {
        int to = Math.min(events.size(), index(upTo));
        if (to > shown) {
            shown = to;
            wake();
        }
    }

    /** Completes all pending reads with what is visible now, so that readers move on when the log changes its owner. */
    public void wake() {
        List<Promise<Void>> woken = List.copyOf(waiting);
        waiting.clear();
        woken.forEach(Promise::tryComplete);
    }

    /** Appends events and makes them visible. */
    public void publish(List<? extends Event> news) {
        news.forEach(this::append);
        show(tail());
    }

    /** Discards the events that are not visible yet. */
    public void retract() {
        events.subList(shown, events.size()).clear();
        ended = !events.isEmpty() && events.getLast().terminal();
    }

    /** The position of the last appended event. */
    public Cursor tail() {
        return start.plus(events.size());
    }

    /** The position of the last visible event. */
    public Cursor visible() {
        return start.plus(shown);
    }

    /** Whether a terminal event has been appended. */
    public boolean ended() {
        return ended;
    }

    /** Whether a terminal event has been appended and is visible. */
    public boolean closed() {
        return ended && shown == events.size();
    }

    /** The number of visible events that the fastest reader has not requested yet. */
    public int unread() {
        return shown - read;
    }

    /** The position before the first event. */
    public Cursor start() {
        return start;
    }

    /** Completes when at most {@code most} events are unread; applies backpressure to the producer. */
    public Future<Void> drained(int most) {
        ProducerWait backlog = new ProducerWait(most, Promise.promise());
        backlogs.add(backlog);
        releaseProducers();
        return backlog.drained.future();
    }

    /** The number of readers that are waiting for events. */
    public int readers() {
        return waiting.size();
    }

    /** The events after {@code after} up to {@code limit}, visible or not. */
    public List<Event> slice(Cursor after, Cursor limit) {
        return List.copyOf(events.subList(index(after), index(limit)));
    }

    /**
     * The visible events after {@code after}: immediately if there are any, otherwise with the next event, or an
     * empty batch after {@code patience}.
     */
    public Future<Batch> after(Cursor after, Duration patience) {
        int from = index(after);
        read = Math.max(read, Math.min(from, shown));
        releaseProducers();
        if (from < shown || closed()) {
            return Future.succeededFuture(batch(from));
        }
        Promise<Void> news = Promise.promise();
        waiting.add(news);
        long timer = timers.after(patience, () -> {
            waiting.remove(news);
            news.tryComplete();
        });
        return news.future().map(_ -> {
            timers.cancel(timer);
            return batch(from);
        });
    }

    private void releaseProducers() {
        if (!backlogs.isEmpty()) {
            List<ProducerWait> low =
                    backlogs.stream().filter(each -> unread() <= each.most).toList();
            backlogs.removeAll(low);
            low.forEach(each -> each.drained.complete());
        }
    }

    private Batch batch(int from) {
        int to = Math.min(shown, from + BATCH);
        if (from >= to) {
            return new Batch(start.plus(from), List.of(), closed());
        }
        return new Batch(start.plus(to), events.subList(from, to), closed() && to == shown);
    }

    /** A cursor of an earlier epoch counts as before the first event, one of a later epoch as after the last. */
    private int index(Cursor cursor) {
        if (cursor.epoch() != start.epoch()) {
            return cursor.epoch() < start.epoch() ? 0 : events.size();
        }
        return Math.clamp(cursor.seq() - start.seq(), 0, events.size());
    }

    /** A producer that waits until at most {@code most} events are unread. */
    private record ProducerWait(int most, Promise<Void> drained) {}
}
