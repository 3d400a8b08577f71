package io.parley.http.auth;

import io.parley.contract.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Two threads for what is slow on purpose, a short line in front of them, and for everybody else no. Lives on one event loop. */
final class PasswordHashPool {

    private static final int AT_ONCE = 2;
    private static final int WAITING = 16;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final WorkerExecutor workers;
    private int present;

    PasswordHashPool(Vertx vertx) {
        this.workers = vertx.createSharedWorkerExecutor("parley-passwords", AT_ONCE);
    }

    /** Whether {@code question} holds. */
    Future<Boolean> ask(BooleanSupplier question) {
        if (present == AT_ONCE + WAITING) {
            return Future.failedFuture(new Problem.Unavailable(Problem.Reason.OVERLOADED, PAUSE).toException());
        }
        present++;
        return workers.executeBlocking(question::getAsBoolean, false)
                .onComplete(_ -> present--)
                .map(Boolean.TRUE::equals);
    }
}
