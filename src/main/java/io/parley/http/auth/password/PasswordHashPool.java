package io.parley.http.auth.password;

import io.parley.contract.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Runs bcrypt on two threads with a bounded queue; rejects when the queue is full. Lives on one event loop. */
public final class PasswordHashPool {

    private static final int THREADS = 2;
    private static final int MAX_QUEUED = 16;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final WorkerExecutor workers;
    private int inFlight;

    public PasswordHashPool(Vertx vertx) {
        this.workers = vertx.createSharedWorkerExecutor("parley-passwords", THREADS);
    }

    /** The result of {@code task}; fails with {@link Problem.Unavailable} if the queue is full. */
    Future<Boolean> submit(BooleanSupplier task) {
        if (inFlight == THREADS + MAX_QUEUED) {
            return Future.failedFuture(new Problem.Unavailable(Problem.Reason.OVERLOADED, RETRY_AFTER).toException());
        }
        inFlight++;
        return workers.executeBlocking(task::getAsBoolean, false)
                .onComplete(_ -> inFlight--)
                .map(Boolean.TRUE::equals);
    }
}
