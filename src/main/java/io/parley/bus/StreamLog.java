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
 * An append-only log of numbered events in one epoch, and the readers that wait for its next one. Lives on one event loop, so it
 * needs no lock. Knows nothing of where events come from or go.
 *
 * <p>{@code append} and {@code show} are two steps: an event that must not be seen before it is stored is appended, then shown.
 */
public final class StreamLog {

    /** The most events that one batch carries. */
    private static final int BATCH = 512;

    private final Timers timers;
    private final Cursor start;
    private final List<Event> events = new ArrayList<>();
    private final List<Promise<Void>> waiting = new ArrayList<>();
    private final List<Backlog> backlogs = new ArrayList<>();
    private int shown;
    private int read;
    private boolean ended;

    /** A log whose first event has the number after {@code start}. */
    public StreamLog(Timers timers, Cursor start) {
        this.timers = timers;
        this.start = start;
    }

    /** The same, in real time. */
    public StreamLog(Vertx vertx, Cursor start) {
        this(Timers.of(vertx), start);
    }

    /** Append without showing; nothing can be appended behind a terminal event. */
    public Cursor append(Event event) {
        if (ended) {
            throw new IllegalStateException("the log has ended");
        }
        events.add(event);
        ended = event.terminal();
        return tail();
    }

    /** Let readers see everything up to {@code upTo}. */
    public void show(Cursor upTo) {
        int to = Math.min(events.size(), index(upTo));
        if (to > shown) {
            shown = to;
            wake();
        }
    }

    /** Answer everybody who waits, with whatever there is: used when the log moves to another owner. */
    public void wake() {
        List<Promise<Void>> woken = List.copyOf(waiting);
        waiting.clear();
        woken.forEach(Promise::tryComplete);
    }

    /** Append and show at once. */
    public void publish(List<? extends Event> news) {
        news.forEach(this::append);
        show(tail());
    }

    /** Take back what nobody has seen. */
    public void retract() {
        events.subList(shown, events.size()).clear();
        ended = !events.isEmpty() && events.getLast().terminal();
    }

    /** The last event that was appended. */
    public Cursor tail() {
        return start.plus(events.size());
    }

    /** The last event that readers can see. */
    public Cursor visible() {
        return start.plus(shown);
    }

    /** Whether a terminal event was appended. */
    public boolean ended() {
        return ended;
    }

    /** Whether a terminal event was appended and can be seen. */
    public boolean closed() {
        return ended && shown == events.size();
    }

    /** How many events nobody has asked beyond yet: the furthest reader's backlog. */
    public int unread() {
        return shown - read;
    }

    /** Where the log begins: the cursor before its first event. */
    public Cursor start() {
        return start;
    }

    /** Completes when at most {@code most} events are unread: how a producer waits for its readers. */
    public Future<Void> drained(int most) {
        Backlog backlog = new Backlog(most, Promise.promise());
        backlogs.add(backlog);
        releaseProducers();
        return backlog.drained.future();
    }

    /** How many readers wait for news at this moment. */
    public int readers() {
        return waiting.size();
    }

    /** Events after {@code after} up to {@code limit}, as they stand in the log. */
    public List<Event> slice(Cursor after, Cursor limit) {
        return List.copyOf(events.subList(index(after), index(limit)));
    }

    /** What came after {@code after}: at once if there is news, otherwise with the next event or, after {@code patience}, nothing. */
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
            List<Backlog> low =
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

    /** A cursor of an earlier epoch stands before the first event; one of the future behind the last. */
    private int index(Cursor cursor) {
        if (cursor.epoch() != start.epoch()) {
            return cursor.epoch() < start.epoch() ? 0 : events.size();
        }
        return Math.clamp(cursor.seq() - start.seq(), 0, events.size());
    }

    /** A producer that waits until no more than {@code most} events are unread. */
    private record Backlog(int most, Promise<Void> drained) {}
}
