package io.parley.http.auth.password;

import io.parley.contract.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Two threads for what is slow on purpose, a short line in front of them, and for everybody else no. Lives on one event loop. */
public final class PasswordHashPool {

    private static final int THREADS = 2;
    private static final int MAX_QUEUED = 16;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final WorkerExecutor workers;
    private int inFlight;

    public PasswordHashPool(Vertx vertx) {
        this.workers = vertx.createSharedWorkerExecutor("parley-passwords", THREADS);
    }

    /** Whether {@code task} holds. */
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
