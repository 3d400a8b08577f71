package io.parley.persistence;

import io.parley.contract.Problem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits the duration and the number of pending calls: if the store is slow, down or overloaded, callers get
 * {@link Problem.Unavailable} within the timeout. Futures may complete on any thread.
 */
final class GuardedStore implements DocumentStore {

    private static final int MOST = 10_000;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final DocumentStore store;
    private final long patience;
    private final LongSupplier nanos;
    private final StoreHealth health;
    /** Ordered by deadline, because all calls have the same timeout. */
    private final Queue<PendingCall<?>> calls = new ConcurrentLinkedQueue<>();

    private final AtomicInteger underWay = new AtomicInteger();

    GuardedStore(DocumentStore store, Duration patience, LongSupplier nanos) {
        this.store = store;
        this.patience = patience.toNanos();
        this.nanos = nanos;
        this.health = new StoreHealth(nanos);
    }

    /** Fails calls whose deadline has passed; must be called frequently. */
    void expire() {
        long now = nanos.getAsLong();
        for (PendingCall<?> call = calls.peek(); call != null && call.over(now); call = calls.peek()) {
            calls.remove(call);
            call.settle()
                    .ifPresent(waiting -> waiting.fail(
                            unavailable(new StoreException("the store did not reply within the timeout"))));
        }
    }

    /** Whether the last calls succeeded. */
    boolean well() {
        return health.well();
    }

    @Override
    public Future<Boolean> insert(DocumentType kind, Document document) {
        return guard(() -> store.insert(kind, document));
    }

    @Override
    public Future<Optional<Document>> get(DocumentType kind, String id, Filter where) {
        return guard(() -> store.get(kind, id, where));
    }

    @Override
    public Future<Boolean> replaceIf(DocumentType kind, Document next, Filter where) {
        return guard(() -> store.replaceIf(kind, next, where));
    }

    @Override
    public Future<Optional<Document>> increment(DocumentType kind, Document initial, List<Increment> steps) {
        return guard(() -> store.increment(kind, initial, steps));
    }

    @Override
    public Future<List<Document>> find(DocumentType kind, Query query) {
        return guard(() -> store.find(kind, query));
    }

    @Override
    public Future<Long> set(DocumentType kind, Filter filter, Map<Field, Value> values) {
        return guard(() -> store.set(kind, filter, values));
    }

    @Override
    public Future<Long> delete(DocumentType kind, Filter filter) {
        return guard(() -> store.delete(kind, filter));
    }

    @Override
    public Future<Void> ping() {
        return guard(store::ping);
    }

    @Override
    public Future<Void> close() {
        return store.close();
    }

    private <T> Future<T> guard(Supplier<Future<T>> work) {
        if (underWay.incrementAndGet() > MOST) {
            underWay.decrementAndGet();
            return Future.failedFuture(unavailable(new StoreException("too many calls to the store are pending")));
        }
        Promise<T> answer = Promise.promise();
        PendingCall<T> call = new PendingCall<>(answer, nanos.getAsLong() + patience);
        calls.add(call);
        Future.<T>future(done -> work.get().onComplete(done)).onComplete((value, failure) -> {
            underWay.decrementAndGet();
            call.settle().ifPresent(waiting -> waiting.complete(value, outward(failure)));
        });
        return answer.future();
    }

    private @Nullable Throwable outward(@Nullable Throwable failure) {
        if (failure instanceof StoreException broken) {
            return unavailable(broken);
        }
        if (failure == null) {
            health.succeeded();
        }
        return failure;
    }

    private Throwable unavailable(StoreException cause) {
        health.failed(cause);
        return new Problem.Unavailable(Problem.Reason.STORE, PAUSE).toException();
    }

    /** A pending call. Either the result or the timeout claims it; a claimed call holds no reference to its promise. */
    private static final class PendingCall<T> {
        private final AtomicReference<@Nullable Promise<T>> waiting;
        private final long deadline;

        PendingCall(Promise<T> waiting, long deadline) {
            this.waiting = new AtomicReference<>(waiting);
            this.deadline = deadline;
        }

        Optional<Promise<T>> settle() {
            return Optional.ofNullable(waiting.getAndSet(null));
        }

        boolean over(long now) {
            return waiting.get() == null || now - deadline >= 0;
        }
    }
}
