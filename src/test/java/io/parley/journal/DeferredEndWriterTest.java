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

@DisplayName("A log whose end the store does not know yet")
class DeferredEndWriterTest {

    private final List<Duration> pauses = new ArrayList<>();
    private final Promise<RunEvent.Ended> settled = Promise.promise();

    @Test
    @DisplayName("is told again and again, and less and less often, until the store listens")
    void patience() throws Exception {
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
        new DeferredEndWriter(impatient(), this::store, "run_1", "journal.1", ending(), ended)
                .begin(new Cursor(1, 0), List.of());
        assertThat(settled.future().await(5, TimeUnit.SECONDS)).isEqualTo(ended);
        assertThat(pauses).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
    }

    private Future<Appended> store(RunBatch batch) {
        return pauses.size() < 7
                ? Future.failedFuture(new Problem.Internal().toException())
                : Future.succeededFuture(new Appended(true, Optional.empty()));
    }

    /** Waits for nothing. */
    private Timers impatient() {
        return new Timers() {
            @Override
            public long after(Duration delay, Runnable task) {
                pauses.add(delay);
                task.run();
                return 1;
            }

            @Override
            public void cancel(long handle) {}
        };
    }

    private LogWriter.Listener ending() {
        return new LogWriter.Listener() {
            @Override
            public Future<?> settle(RunEvent.Ended ended) {
                settled.complete(ended);
                return Future.succeededFuture();
            }

            @Override
            public RunEvent.Ended giveUp() {
                throw new AssertionError("it was given up before");
            }

            @Override
            public void lost() {
                settled.fail("lost");
            }
        };
    }
}
