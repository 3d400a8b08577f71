package io.parley.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Addresses;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.FinishReason;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.Ack;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.StreamMessage.Follow;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.contract.Usage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Log reader")
class LogReaderTest {

    private static final StreamRef LOG = new StreamRef("log", "here");
    private static final Delta DELTA = new Delta("x");
    private static final Completed END = new Completed(FinishReason.STOP, Usage.NONE, "m");

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final Bus bus = Bus.install(vertx);
    private final BlockingQueue<Follow> requests = new LinkedBlockingQueue<>();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(5, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("passes on heartbeats and events in order, and completes after the end")
    void heartbeatAndEnd() throws Exception {
        produce(follow -> switch ((int) follow.after().seq()) {
            case 0 -> requests.size() == 1 ? batch(0, false) : batch(2, false, DELTA, DELTA);
            default -> batch(3, true, END);
        });
        RecordingListener listener = new RecordingListener(Future.succeededFuture());
        LogReader reader = read(listener, Duration.ofSeconds(7));
        reader.done().await(5, TimeUnit.SECONDS);
        assertThat(listener.batches).extracting(batch -> batch.events().size()).containsExactly(0, 2, 1);
        assertThat(requests)
                .extracting(Follow::maxWait)
                .containsExactly(Duration.ofMillis(3), Duration.ofSeconds(7), Duration.ofSeconds(7));
        assertThat(listener.lost).isEmpty();
    }

    @Test
    @DisplayName("reads the next batch only after the listener has handled the previous one")
    void backpressure() throws Exception {
        produce(follow -> follow.after().seq() == 0 ? batch(1, false, DELTA) : batch(2, true, END));
        Promise<Void> handled = Promise.promise();
        RecordingListener listener = new RecordingListener(handled.future());
        LogReader reader = read(listener, Duration.ofSeconds(5));
        assertThat(listener.batches.poll(5, TimeUnit.SECONDS)).isNotNull();
        assertThat(requests).hasSize(1);
        handled.complete();
        reader.done().await(5, TimeUnit.SECONDS);
        assertThat(requests).hasSize(2);
    }

    @Test
    @DisplayName("reports a log that cannot be read to its listener")
    void unreadableLog() throws Exception {
        bus.handle(Addresses.follow("here"), _ -> Future.failedFuture(new Problem.NotFound().toException()))
                .await(5, TimeUnit.SECONDS);
        RecordingListener listener = new RecordingListener(Future.succeededFuture());
        read(listener, Duration.ofSeconds(5)).done().await(5, TimeUnit.SECONDS);
        assertThat(listener.lost).containsExactly(new Problem.NotFound());
    }

    @Test
    @DisplayName("reports a producer that does not exist to its listener")
    void noProducer() throws Exception {
        RecordingListener listener = new RecordingListener(Future.succeededFuture());
        read(listener, Duration.ofSeconds(5)).done().await(5, TimeUnit.SECONDS);
        assertThat(listener.lost).singleElement().isInstanceOf(Problem.Unavailable.class);
    }

    @Test
    @DisplayName("fails with an internal problem when its listener throws")
    void listenerThrows() throws Exception {
        produce(_ -> batch(1, false, DELTA));
        BlockingQueue<Problem> lost = new LinkedBlockingQueue<>();
        LogReader.Listener broken = new LogReader.Listener() {
            @Override
            public Future<Void> onBatch(Batch batch) {
                throw new IllegalStateException("cannot be handled");
            }

            @Override
            public void onLost(Problem problem) {
                lost.add(problem);
            }
        };
        read(broken, Duration.ofSeconds(5)).done().await(5, TimeUnit.SECONDS);
        assertThat(lost).containsExactly(new Problem.Internal());
    }

    @Test
    @DisplayName("stops without a notification when its listener fails")
    void listenerFails() throws Exception {
        produce(_ -> batch(1, false, DELTA));
        RecordingListener listener = new RecordingListener(Future.failedFuture("the client has disconnected"));
        read(listener, Duration.ofSeconds(5)).done().await(5, TimeUnit.SECONDS);
        assertThat(listener.batches).hasSize(1);
        assertThat(listener.lost).isEmpty();
    }

    @Test
    @DisplayName("passes on no events after it was stopped or aborted, and reports the reason of an abort")
    void stopAndAbort() throws Exception {
        Promise<Batch> late = Promise.promise();
        bus.handle(Addresses.follow("here"), _ -> late.future()).await(5, TimeUnit.SECONDS);
        RecordingListener stopped = new RecordingListener(Future.succeededFuture());
        RecordingListener aborted = new RecordingListener(Future.succeededFuture());
        LogReader first = read(stopped, Duration.ofSeconds(5));
        LogReader second = read(aborted, Duration.ofSeconds(5));
        onContext(first::stop);
        onContext(() -> second.abort(new Problem.Cancelled("user")));
        onContext(() -> second.abort(new Problem.Cancelled("again")));
        RecordingListener last = new RecordingListener(Future.succeededFuture());
        LogReader third = read(last, Duration.ofSeconds(5));
        onContext(() -> late.complete(batch(1, true, END)));
        third.done().await(5, TimeUnit.SECONDS); // completes after the two other replies
        assertThat(stopped.batches).isEmpty();
        assertThat(stopped.lost).isEmpty();
        assertThat(aborted.batches).isEmpty();
        assertThat(aborted.lost).containsExactly(new Problem.Cancelled("user"));
    }

    @Test
    @DisplayName("cancels the log at its producer and reads to its end")
    void cancel() throws Exception {
        Promise<Batch> cancelled = Promise.promise();
        bus.handle(Addresses.follow("here"), _ -> cancelled.future()).await(5, TimeUnit.SECONDS);
        bus.handle(Addresses.cancel("here"), cancel -> {
                    cancelled.complete(batch(1, true, END));
                    return Future.succeededFuture(new Ack());
                })
                .await(5, TimeUnit.SECONDS);
        RecordingListener listener = new RecordingListener(Future.succeededFuture());
        LogReader reader = read(listener, Duration.ofSeconds(5));
        reader.cancel();
        reader.done().await(5, TimeUnit.SECONDS);
        assertThat(listener.batches).singleElement().extracting(Batch::end).isEqualTo(true);
    }

    @Test
    @DisplayName("reads many thousand batches without growing the stack")
    void manyBatches() throws Exception {
        int total = 20_000;
        produce(follow -> {
            long next = follow.after().seq() + 1;
            return next < total ? batch(next, false, DELTA) : batch(next, true, END);
        });
        AtomicInteger count = new AtomicInteger();
        AtomicInteger maxDepth = new AtomicInteger();
        LogReader.Listener counting = new LogReader.Listener() {
            @Override
            public Future<Void> onBatch(Batch batch) {
                if (count.incrementAndGet() % 1_000 == 0) {
                    maxDepth.accumulateAndGet(Thread.currentThread().getStackTrace().length, Math::max);
                }
                return Future.succeededFuture();
            }

            @Override
            public void onLost(Problem problem) {}
        };
        read(counting, Duration.ofSeconds(5)).done().await(20, TimeUnit.SECONDS);
        assertThat(count).hasValue(total);
        assertThat(maxDepth.get()).isLessThan(200);
    }

    private void produce(Function<Follow, Batch> producer) throws Exception {
        bus.handle(Addresses.follow("here"), follow -> {
                    requests.add(follow);
                    return Future.succeededFuture(producer.apply(follow));
                })
                .await(5, TimeUnit.SECONDS);
    }

    private LogReader read(LogReader.Listener listener, Duration maxWait) {
        LogReader reader = new LogReader(bus, LOG, maxWait, listener);
        context.runOnContext(_ -> reader.start(Cursor.START, Duration.ofMillis(3)));
        return reader;
    }

    private void onContext(Runnable task) throws Exception {
        Promise<Void> done = Promise.promise();
        context.runOnContext(_ -> {
            task.run();
            done.complete();
        });
        done.future().await(5, TimeUnit.SECONDS);
    }

    private static Batch batch(long last, boolean end, Event... events) {
        return new Batch(new Cursor(last == 0 ? 0 : 1, last), List.of(events), end);
    }

    /** Records its notifications. */
    private static final class RecordingListener implements LogReader.Listener {
        private final BlockingQueue<Batch> batches = new LinkedBlockingQueue<>();
        private final BlockingQueue<Problem> lost = new LinkedBlockingQueue<>();
        private final Future<Void> handled;

        private RecordingListener(Future<Void> handled) {
            this.handled = handled;
        }

        @Override
        public Future<Void> onBatch(Batch batch) {
            batches.add(batch);
            return handled;
        }

        @Override
        public void onLost(Problem problem) {
            lost.add(problem);
        }
    }
}
