package io.parley.gateway.cache;

import io.parley.bus.Bus;
import io.parley.bus.LogReader;
import io.parley.bus.StreamLog;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;

/** Copies one log to another while it is being written, no faster than the readers of the copy. */
final class LogCopier implements LogReader.Listener {

    private static final Duration MAX_WAIT = Duration.ofSeconds(10);
    private static final int MAX_UNREAD = 1024;

    private final Bus bus;
    private final StreamRef source;
    private final StreamLog target;
    private final Promise<Void> copied = Promise.promise();

    LogCopier(Bus bus, StreamRef source, StreamLog target) {
        this.bus = bus;
        this.source = source;
        this.target = target;
    }

    /** Completes when the copy has ended. If the source is lost, the copy ends with that problem. */
    Future<Void> copy() {
        new LogReader(bus, source, MAX_WAIT, this).start(Cursor.START);
        return copied.future();
    }

    @Override
    public Future<Void> onBatch(Batch batch) {
        target.publish(batch.events());
        if (batch.end()) {
            copied.tryComplete();
            return Future.succeededFuture();
        }
        return target.whenBelow(MAX_UNREAD);
    }

    @Override
    public void onLost(Problem problem) {
        target.publish(List.of(new Failed(problem, Usage.NONE)));
        copied.tryComplete();
    }
}
