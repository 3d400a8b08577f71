package io.parley.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.bus.Timers;
import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunStatus;
import io.parley.contract.StoreMessage.Appended;
import io.parley.contract.StoreMessage.RunBatch;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Writing the end of a log after a store failure")
class DeferredEndWriterTest {

    private final List<Duration> delays = new ArrayList<>();
    private final Promise<RunEvent.Ended> storedEnd = Promise.promise();

    @Test
    @DisplayName("is retried with increasing delays until the store accepts the end")
    void retriesWithBackoff() throws Exception {
        RunEvent.Ended ended = new RunEvent.Ended(
                1,
                RunStatus.ERROR,
                0,
                Usage.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        new DeferredEndWriter(immediateTimers(), this::store, "run_1", "journal.1", listener(), ended)
                .start(new Cursor(1, 0), List.of());
        assertThat(storedEnd.future().await(5, TimeUnit.SECONDS)).isEqualTo(ended);
        assertThat(delays).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
    }

    private Future<Appended> store(RunBatch batch) {
        return delays.size() < 7
                ? Future.failedFuture(new Problem.Internal().toException())
                : Future.succeededFuture(new Appended(true, Optional.empty()));
    }

    /** Runs tasks at once and records their delays. */
    private Timers immediateTimers() {
        return new Timers() {
            @Override
            public long schedule(Duration delay, Runnable task) {
                delays.add(delay);
                task.run();
                return 1;
            }

            @Override
            public void cancel(long handle) {}
        };
    }

    private LogWriter.Listener listener() {
        return new LogWriter.Listener() {
            @Override
            public Future<?> onEndStored(RunEvent.Ended ended) {
                storedEnd.complete(ended);
                return Future.succeededFuture();
            }

            @Override
            public RunEvent.Ended storeUnavailableEnd() {
                throw new AssertionError("the store must not be reported as unavailable");
            }

            @Override
            public void onLeaseLost() {
                storedEnd.fail("lost");
            }
        };
    }
}
