package io.parley.bus;

import io.parley.contract.Addresses;
import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.StreamMessage.Cancel;
import io.parley.contract.StreamMessage.Follow;
import io.parley.contract.StreamMessage.StreamRef;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one log over the bus for one listener. Requests the next batch only after the listener has handled the previous one, so that a
 * slow listener applies backpressure to the producer. Does not interpret the events.
 */
public final class LogReader {

    private static final Logger LOG = LoggerFactory.getLogger(LogReader.class);

    /** How long a reply may be overdue before the producer counts as lost. */
    private static final Duration REPLY_MARGIN = Duration.ofSeconds(5);

    /** Receives the contents of the log. */
    public interface Listener {

        /**
         * Handles a batch; an empty batch that is not the end is a heartbeat. The next batch is requested when the returned future
         * succeeds; if it fails, reading stops.
         */
        Future<Void> onBatch(Batch batch);

        /** The log can no longer be read; no further call follows. */
        void onLost(Problem problem);
    }

    private final Bus bus;
    private final StreamRef log;
    private final Duration maxWait;
    private final Listener listener;
    private final Promise<Void> done = Promise.promise();
    private boolean stopped;

    /** @param maxWait how long the producer may wait for an event before it replies with a heartbeat */
    public LogReader(Bus bus, StreamRef log, Duration maxWait, Listener listener) {
        this.bus = bus;
        this.log = log;
        this.maxWait = maxWait;
        this.listener = listener;
    }

    /** Starts reading after the cursor {@code after}. */
    public void start(Cursor after) {
        start(after, maxWait);
    }

    /** Starts reading; the first heartbeat comes after {@code firstWait}. */
    public void start(Cursor after, Duration firstWait) {
        request(after, firstWait);
    }

    /** Stops reading without notifying the listener. */
    public void stop() {
        stopped = true;
        done.tryComplete();
    }

    /** Stops reading and reports {@code problem} to the listener. */
    public void abort(Problem problem) {
        if (!stopped) {
            stopped = true;
            listener.onLost(problem);
            done.tryComplete();
        }
    }

    /** Requests the producer to end the log early. Reading continues, so that the listener receives the end. */
    public void cancel() {
        bus.request(Addresses.cancel(log.source()), new Cancel(log.streamId()));
    }

    /** Completes when the listener will not be called again. */
    public Future<Void> done() {
        return done.future();
    }

    /** Does not chain the futures of successive requests: a long log would nest thousands of completions. */
    private void request(Cursor after, Duration wait) {
        bus.request(Addresses.follow(log.source()), new Follow(log.streamId(), after, wait), wait.plus(REPLY_MARGIN))
                .onSuccess(this::deliver)
                .onFailure(cause -> abort(Problem.of(cause)));
    }

    private void deliver(Batch batch) {
        if (stopped) {
            return;
        }
        try {
            listener.onBatch(batch).onSuccess(_ -> proceed(batch)).onFailure(_ -> stop());
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("stream_id", log.streamId()).setCause(e).log("batch could not be handled");
            abort(Problem.of(e));
        }
    }

    private void proceed(Batch batch) {
        if (batch.end()) {
            stop();
        } else if (!stopped) {
            request(batch.last(), maxWait);
        }
    }
}
