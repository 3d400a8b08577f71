package io.parley.persistence.store;

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
public final class GuardedStore implements DocumentStore {

    private static final int MAX_PENDING = 10_000;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final DocumentStore store;
    private final long timeoutNanos;
    private final LongSupplier nanos;
    private final StoreHealth health;
    /** Ordered by deadline, because all calls have the same timeout. */
    private final Queue<PendingCall<?>> pendingCalls = new ConcurrentLinkedQueue<>();

    private final AtomicInteger inFlight = new AtomicInteger();

    public GuardedStore(DocumentStore store, Duration timeout, LongSupplier nanos) {
        this.store = store;
        this.timeoutNanos = timeout.toNanos();
        this.nanos = nanos;
        this.health = new StoreHealth(nanos);
    }

    /** Fails calls whose deadline has passed; must be called frequently. */
    public void expire() {
        long now = nanos.getAsLong();
        for (PendingCall<?> call = pendingCalls.peek(); call != null && call.expired(now); call = pendingCalls.peek()) {
            pendingCalls.remove(call);
            call.claim()
                    .ifPresent(promise -> promise.fail(
                            unavailable(new StoreException("the store did not reply within the timeout"))));
        }
    }

    /** Whether the last calls succeeded. */
    public boolean healthy() {
        return health.healthy();
    }

    @Override
    public Future<Boolean> insert(DocumentType type, Document document) {
        return guard(() -> store.insert(type, document));
    }

    @Override
    public Future<Optional<Document>> get(DocumentType type, String id, Filter where) {
        return guard(() -> store.get(type, id, where));
    }

    @Override
    public Future<Boolean> replaceIf(DocumentType type, Document next, Filter where) {
        return guard(() -> store.replaceIf(type, next, where));
    }

    @Override
    public Future<Optional<Document>> increment(DocumentType type, Document initial, List<Increment> increments) {
        return guard(() -> store.increment(type, initial, increments));
    }

    @Override
    public Future<List<Document>> find(DocumentType type, Query query) {
        return guard(() -> store.find(type, query));
    }

    @Override
    public Future<Long> set(DocumentType type, Filter filter, Map<Field, Value> values) {
        return guard(() -> store.set(type, filter, values));
    }

    @Override
    public Future<Long> delete(DocumentType type, Filter filter) {
        return guard(() -> store.delete(type, filter));
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
        if (inFlight.incrementAndGet() > MAX_PENDING) {
            inFlight.decrementAndGet();
            return Future.failedFuture(unavailable(new StoreException("too many calls to the store are pending")));
        }
        Promise<T> result = Promise.promise();
        PendingCall<T> call = new PendingCall<>(result, nanos.getAsLong() + timeoutNanos);
        pendingCalls.add(call);
        Future.<T>future(done -> work.get().onComplete(done)).onComplete((value, failure) -> {
            inFlight.decrementAndGet();
            call.claim().ifPresent(promise -> promise.complete(value, translate(failure)));
        });
        return result.future();
    }

    private @Nullable Throwable translate(@Nullable Throwable failure) {
        if (failure instanceof StoreException e) {
            return unavailable(e);
        }
        if (failure == null) {
            health.succeeded();
        }
        return failure;
    }

    private Throwable unavailable(StoreException cause) {
        health.failed(cause);
        return new Problem.Unavailable(Problem.Reason.STORE, RETRY_AFTER).toException();
    }

    /** A pending call. Either the result or the timeout claims it; a claimed call holds no reference to its promise. */
    private static final class PendingCall<T> {
        private final AtomicReference<@Nullable Promise<T>> promise;
        private final long deadline;

        PendingCall(Promise<T> promise, long deadline) {
            this.promise = new AtomicReference<>(promise);
            this.deadline = deadline;
        }

        Optional<Promise<T>> claim() {
            return Optional.ofNullable(promise.getAndSet(null));
        }

        boolean expired(long now) {
            return promise.get() == null || now - deadline >= 0;
        }
    }
}
