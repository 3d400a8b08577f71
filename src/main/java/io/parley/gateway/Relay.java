package io.parley.gateway;

import io.parley.bus.Bus;
import io.parley.bus.StreamLog;
import io.parley.contract.Addresses;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.StreamMessage.Follow;
import io.parley.contract.StreamMessage.Opened;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;

/** Copies one log into another as it comes, no faster than its readers read. */
final class Relay {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration SLACK = Duration.ofSeconds(5);
    private static final int MOST_UNREAD = 1024;

    private final Bus bus;
    private final Opened from;
    private final StreamLog to;
    private final Promise<Void> copied = Promise.promise();

    Relay(Bus bus, Opened from, StreamLog to) {
        this.bus = bus;
        this.from = from;
        this.to = to;
    }

    /** Completes when the log has its end; one whose source is lost ends with that problem. */
    Future<Void> copy() {
        follow(Cursor.START);
        return copied.future();
    }

    /** Each step stands for itself: steps that were chained would all end inside one another, thousands deep. */
    private void follow(Cursor after) {
        to.drained(MOST_UNREAD)
                .compose(_ -> bus.ask(
                        Addresses.follow(from.source()),
                        new Follow(from.streamId(), after, PATIENCE),
                        PATIENCE.plus(SLACK)))
                .map(this::take)
                .onFailure(this::lost);
    }

    private Batch take(Batch batch) {
        to.publish(batch.events());
        if (batch.end()) {
            copied.tryComplete();
        } else {
            follow(batch.last());
        }
        return batch;
    }

    private void lost(Throwable cause) {
        to.publish(List.of(new Failed(Problem.of(cause), Usage.NONE)));
        copied.tryComplete();
    }
}
