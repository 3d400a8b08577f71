package io.parley.bus;

import io.parley.contract.Addresses;
import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.Ack;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.StreamMessage.Cancel;
import io.parley.contract.StreamMessage.Follow;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Serves all logs of one verticle instance at one bus address, because registering an address per stream costs
 * milliseconds in a cluster. Forgets logs after they have ended, and cancels logs without readers.
 */
public final class StreamRegistry {

    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final String source;
    private final Duration abandonAfter;
    private final LongSupplier nanos;
    private final Consumer<String> onAbandoned;
    private final Map<String, Entry> entries = new HashMap<>();

    /**
     * @param source the bus address of the logs
     * @param abandonAfter how long a log may have no reader before it is cancelled
     * @param onAbandoned receives the id of an open log that a reader cancelled or that has no readers
     */
    public StreamRegistry(
            Vertx vertx, String source, Duration abandonAfter, LongSupplier nanos, Consumer<String> onAbandoned) {
        this.vertx = vertx;
        this.source = source;
        this.abandonAfter = abandonAfter;
        this.nanos = nanos;
        this.onAbandoned = onAbandoned;
    }

    /** Registers the handlers for reading and cancelling. */
    public Future<?> start(Bus bus) {
        vertx.setPeriodic(SWEEP_INTERVAL.toMillis(), _ -> sweep());
        return bus.handle(Addresses.follow(source), this::follow)
                .compose(_ -> bus.handle(Addresses.cancel(source), this::cancel));
    }

    public String source() {
        return source;
    }

    /** Creates a log of epoch 1 and registers it under {@code id}. */
    public StreamLog open(String id) {
        StreamLog log = unregistered();
        register(id, log);
        return log;
    }

    /** Creates a log of epoch 1 without registering it. */
    public StreamLog unregistered() {
        return new StreamLog(vertx, new Cursor(1, 0));
    }

    /** Registers {@code log} under {@code id}, replacing any other. A log may have several ids. */
    public void register(String id, StreamLog log) {
        entries.put(id, new Entry(log, nanos.getAsLong()));
    }

    private Future<Batch> follow(Follow follow) {
        Entry entry = entries.get(follow.streamId());
        if (entry == null) {
            return Future.failedFuture(new Problem.NotFound().toException());
        }
        entry.lastReadNanos = nanos.getAsLong();
        return entry.log
                .readAfter(follow.after(), follow.maxWait())
                .onSuccess(_ -> entry.lastReadNanos = nanos.getAsLong());
    }

    private Future<Ack> cancel(Cancel cancel) {
        Entry entry = entries.get(cancel.streamId());
        if (entry != null && !entry.log.ended()) {
            onAbandoned.accept(cancel.streamId());
        }
        return Future.succeededFuture(new Ack());
    }

    private void sweep() {
        long now = nanos.getAsLong();
        for (Map.Entry<String, Entry> each : List.copyOf(entries.entrySet())) {
            Entry entry = each.getValue();
            if (entry.log.readers() == 0 && now - entry.lastReadNanos > abandonAfter.toNanos()) {
                entries.remove(each.getKey());
                if (!entry.log.ended()) {
                    onAbandoned.accept(each.getKey());
                }
            }
        }
    }

    /** A log and the time of its last read. */
    private static final class Entry {
        private final StreamLog log;
        private long lastReadNanos;

        private Entry(StreamLog log, long lastReadNanos) {
            this.log = log;
            this.lastReadNanos = lastReadNanos;
        }
    }
}
