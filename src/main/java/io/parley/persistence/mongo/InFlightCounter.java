package io.parley.persistence.mongo;

import io.parley.persistence.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/** Counts calls in flight, so that a store is closed only after they have completed. */
final class InFlightCounter {

    private final Promise<Void> idle = Promise.promise();
    private int calls;
    private boolean closing;

    <T> Future<T> track(Supplier<Future<T>> call) {
        if (!begin()) {
            return Future.failedFuture(new StoreException("the store is closed"));
        }
        return Future.<T>future(done -> call.get().onComplete(done)).onComplete(_ -> end());
    }

    /** Rejects new calls; succeeds when all calls have completed. */
    Future<Void> close() {
        if (closeAndCheckIdle()) {
            idle.tryComplete();
        }
        return idle.future();
    }

    synchronized boolean closing() {
        return closing;
    }

    private synchronized boolean begin() {
        if (!closing) {
            calls++;
        }
        return !closing;
    }

    private void end() {
        if (decrementAndCheckIdle()) {
            idle.tryComplete();
        }
    }

    private synchronized boolean decrementAndCheckIdle() {
        calls--;
        return closing && calls == 0;
    }

    private synchronized boolean closeAndCheckIdle() {
        closing = true;
        return calls == 0;
    }
}
