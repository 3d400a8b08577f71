package io.parley.persistence;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/** Counts calls in flight, so that a store is closed only after they have completed. */
final class InFlightCounter {

    private final Promise<Void> quiet = Promise.promise();
    private int calls;
    private boolean closing;

    <T> Future<T> call(Supplier<Future<T>> call) {
        if (!begin()) {
            return Future.failedFuture(new StoreException("the store is closed"));
        }
        return Future.<T>future(done -> call.get().onComplete(done)).onComplete(_ -> end());
    }

    /** Rejects new calls; succeeds when all calls have completed. */
    Future<Void> close() {
        if (idleFromNowOn()) {
            quiet.tryComplete();
        }
        return quiet.future();
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
        if (lastOne()) {
            quiet.tryComplete();
        }
    }

    private synchronized boolean lastOne() {
        calls--;
        return closing && calls == 0;
    }

    private synchronized boolean idleFromNowOn() {
        closing = true;
        return calls == 0;
    }
}
