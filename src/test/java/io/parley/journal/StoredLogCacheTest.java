package io.parley.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.bus.Bus;
import io.parley.bus.Timers;
import io.parley.contract.Cursor;
import io.parley.contract.RunEvent;
import io.parley.contract.Speaker;
import io.parley.contract.StoreMessage.RunBatch;
import io.parley.contract.StreamMessage.Batch;
import io.parley.testing.FakeStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Cache of stored logs")
class StoredLogCacheTest {

    private static final Duration MAX_WAIT = Duration.ofMinutes(1);

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.install(vertx);
    private final FakeStore store = new FakeStore();
    private final Context context = vertx.getOrCreateContext();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(5, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("a waiting read returns at once when its log is invalidated because the run is written here")
    void invalidated() throws Exception {
        store.start(bus).await(5, TimeUnit.SECONDS);
        RunEvent token = new RunEvent.Token(0, 0, 1, Speaker.BOT0, "one");
        store.put(new RunBatch("run_1", 1, 1, "journal.other", List.of(token)));
        Promise<Batch> reply = Promise.promise();
        context.runOnContext(_ -> {
            StoredLogCache storedLogs = new StoredLogCache(bus, System::nanoTime, MAX_WAIT);
            Future<RunLog> log = storedLogs.log(Timers.of(vertx), "run_1");
            log.compose(stored -> {
                        Future<Batch> waiting = stored.readAfter(new Cursor(1, 1), MAX_WAIT);
                        storedLogs.invalidate("run_1");
                        return waiting;
                    })
                    .onComplete(reply);
        });
        assertThat(reply.future().await(5, TimeUnit.SECONDS)).isEqualTo(new Batch(new Cursor(1, 1), List.of(), false));
    }
}
