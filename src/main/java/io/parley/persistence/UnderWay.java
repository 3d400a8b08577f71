package io.parley.persistence;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/** Counts the calls that are under way, so that a store can be closed when none is. */
final class UnderWay {

    private final Promise<Void> quiet = Promise.promise();
    private int calls;
    private boolean closing;

    <T> Future<T> call(Supplier<Future<T>> call) {
        if (!begin()) {
            return Future.failedFuture(new StoreException("the store is closed"));
        }
        return Future.<T>future(done -> call.get().onComplete(done)).onComplete(_ -> end());
    }

    /** Let nothing begin any more; succeeds when all has ended. */
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
