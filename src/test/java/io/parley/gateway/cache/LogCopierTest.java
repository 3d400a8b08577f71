package io.parley.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.bus.Bus;
import io.parley.bus.StreamLog;
import io.parley.bus.StreamRegistry;
import io.parley.contract.Addresses;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.Cursor;
import io.parley.contract.FinishReason;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.StreamMessage.Follow;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.contract.Usage;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Copying an answer log")
class LogCopierTest {

    private static final int DELTAS = 20_000;

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.install(vertx);
    private final Context context = vertx.getOrCreateContext();
    private final StreamRegistry streams =
            new StreamRegistry(vertx, "here", Duration.ofMinutes(1), System::nanoTime, _ -> {});
    private final Promise<Integer> read = Promise.promise();
    private int published;

    @AfterEach
    void close() throws Exception {
        vertx.close().await(5, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("completes for any number of batches that arrive one by one; pending work does not grow with them")
    void manyBatches() throws Exception {
        Promise<Void> copied = Promise.promise();
        context.runOnContext(_ -> streams.start(bus).onSuccess(_ -> {
            StreamLog from = streams.open("from");
            StreamLog to = streams.open("to");
            new LogCopier(bus, new StreamRef("from", "here"), to).copy().onComplete(copied);
            publishNext(from);
            follow(from, Cursor.START);
        }));
        copied.future().await(20, TimeUnit.SECONDS);
        assertThat(read.future().await(5, TimeUnit.SECONDS)).isEqualTo(DELTAS + 1);
    }

    private void publishNext(StreamLog from) {
        published++;
        from.publish(List.of(published <= DELTAS ? new Delta("x") : new Completed(FinishReason.STOP, Usage.NONE, "m")));
    }

    /** Publishes the next event only after the previous one was read. */
    private void follow(StreamLog from, Cursor after) {
        bus.request(Addresses.follow("here"), new Follow("to", after, Duration.ofSeconds(5)))
                .onSuccess(batch -> onBatch(from, batch))
                .onFailure(read::tryFail);
    }

    private void onBatch(StreamLog from, Batch batch) {
        if (batch.end()) {
            read.tryComplete((int) batch.last().seq());
        } else {
            publishNext(from);
            follow(from, batch.last());
        }
    }
}
