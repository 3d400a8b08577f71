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
 * first and made visible with {@link #advanceVisible} later.
 */
public final class StreamLog {

    /** The maximum number of events in one batch. */
    private static final int MAX_BATCH_EVENTS = 512;

    private final Timers timers;
    private final Cursor start;
    private final List<Event> events = new ArrayList<>();
    private final List<Promise<Void>> waiters = new ArrayList<>();
    private final List<ProducerWait> producerWaits = new ArrayList<>();
    private int visibleCount;
    private int readCount;
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
    public void advanceVisible(Cursor upTo) {
        int to = Math.min(events.size(), indexOf(upTo));
        if (to > visibleCount) {
            visibleCount = to;
            wake();
        }
    }

    /**
     * Completes all pending reads with the events that are visible now, so that readers follow the log to its new
     * owner.
     */
    public void wake() {
        List<Promise<Void>> toWake = List.copyOf(waiters);
        waiters.clear();
        toWake.forEach(Promise::tryComplete);
    }

    /** Appends events and makes them visible. */
    public void publish(List<? extends Event> newEvents) {
        newEvents.forEach(this::append);
        advanceVisible(tail());
    }

    /** Discards the events that are not visible yet. */
    public void discardUnseen() {
        events.subList(visibleCount, events.size()).clear();
        ended = !events.isEmpty() && events.getLast().terminal();
    }

    /** The position of the last appended event. */
    public Cursor tail() {
        return start.plus(events.size());
    }

    /** The position of the last visible event. */
    public Cursor highWatermark() {
        return start.plus(visibleCount);
    }

    /** Whether a terminal event has been appended. */
    public boolean ended() {
        return ended;
    }

    /** Whether a terminal event has been appended and is visible. */
    public boolean closed() {
        return ended && visibleCount == events.size();
    }

    /** The number of visible events that the fastest reader has not requested yet. */
    public int unread() {
        return visibleCount - readCount;
    }

    /** The position before the first event. */
    public Cursor start() {
        return start;
    }

    /** Completes when at most {@code maxUnread} events are unread; applies backpressure to the producer. */
    public Future<Void> whenBelow(int maxUnread) {
        ProducerWait producerWait = new ProducerWait(maxUnread, Promise.promise());
        producerWaits.add(producerWait);
        releaseWaitingProducers();
        return producerWait.released.future();
    }

    /** The number of readers that are waiting for events. */
    public int readers() {
        return waiters.size();
    }

    /** The events after {@code after} up to {@code limit}, visible or not. */
    public List<Event> slice(Cursor after, Cursor limit) {
        return List.copyOf(events.subList(indexOf(after), indexOf(limit)));
    }

    /**
     * The visible events after {@code after}: immediately if there are any, otherwise with the next event, or an
     * empty batch after {@code maxWait}.
     */
    public Future<Batch> readAfter(Cursor after, Duration maxWait) {
        int from = indexOf(after);
        readCount = Math.max(readCount, Math.min(from, visibleCount));
        releaseWaitingProducers();
        if (from < visibleCount || closed()) {
            return Future.succeededFuture(batch(from));
        }
        Promise<Void> available = Promise.promise();
        waiters.add(available);
        long timer = timers.schedule(maxWait, () -> {
            waiters.remove(available);
            available.tryComplete();
        });
        return available.future().map(_ -> {
            timers.cancel(timer);
            return batch(from);
        });
    }

    private void releaseWaitingProducers() {
        if (!producerWaits.isEmpty()) {
            List<ProducerWait> released = producerWaits.stream()
                    .filter(each -> unread() <= each.maxUnread)
                    .toList();
            producerWaits.removeAll(released);
            released.forEach(each -> each.released.complete());
        }
    }

    private Batch batch(int from) {
        int to = Math.min(visibleCount, from + MAX_BATCH_EVENTS);
        if (from >= to) {
            return new Batch(start.plus(from), List.of(), closed());
        }
        return new Batch(start.plus(to), events.subList(from, to), closed() && to == visibleCount);
    }

    /** A cursor of an earlier epoch counts as before the first event, one of a later epoch as after the last. */
    private int indexOf(Cursor cursor) {
        if (cursor.epoch() != start.epoch()) {
            return cursor.epoch() < start.epoch() ? 0 : events.size();
        }
        return Math.clamp(cursor.seq() - start.seq(), 0, events.size());
    }

    /** A producer that waits until at most {@code maxUnread} events are unread. */
    private record ProducerWait(int maxUnread, Promise<Void> released) {}
}
