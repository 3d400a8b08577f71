package io.parley.http;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.StreamMessage.Follow;
import io.parley.contract.StreamMessage.Opened;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;

/**
 * Follows one run's log for one reader: asks for what comes next only when the reader has taken what came before. Does not know how
 * events are rendered, nor what they are rendered to.
 */
final class RunFollower implements OpenStream {

    /** How much longer than its own patience a producer may take before it counts as gone. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** Whoever reads a log. */
    interface Reader {

        /** Take a batch; an empty one only says that the log is alive. The next is asked for when this completes. */
        Future<Void> take(Batch batch);

        /** The log cannot be followed any further. */
        void lost(Problem problem);
    }

    private final Bus bus;
    private final Opened log;
    private final Duration heartbeat;
    private final Reader reader;
    private final Promise<Void> over = Promise.promise();
    private boolean stopped;

    RunFollower(Bus bus, Opened log, Duration heartbeat, Reader reader) {
        this.bus = bus;
        this.log = log;
        this.heartbeat = heartbeat;
        this.reader = reader;
    }

    /** Begin behind {@code after}, and wait {@code patience} for the first batch. */
    void start(Cursor after, Duration patience) {
        next(after, patience);
    }

    /** Hand out nothing more; the reader is not told. */
    void stop() {
        stopped = true;
        over.tryComplete();
    }

    @Override
    public void lose(Problem problem) {
        if (!stopped) {
            reader.lost(problem);
            stop();
        }
    }

    @Override
    public Future<Void> over() {
        return over.future();
    }

    private void next(Cursor after, Duration patience) {
        bus.ask(Addresses.follow(log.source()), new Follow(log.streamId(), after, patience), patience.plus(GRACE))
                .onSuccess(this::hand)
                .onFailure(cause -> lose(Problem.of(cause)));
    }

    private void hand(Batch batch) {
        if (!stopped) {
            reader.take(batch).onSuccess(_ -> goOn(batch)).onFailure(_ -> stop());
        }
    }

    private void goOn(Batch batch) {
        if (batch.end()) {
            stop();
        } else if (!stopped) {
            next(batch.last(), heartbeat);
        }
    }
}
