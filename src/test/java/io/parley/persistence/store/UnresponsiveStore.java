package io.parley.persistence.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A store that completes operations only when the test says so. */
public final class UnresponsiveStore implements DocumentStore {

    private final Queue<Promise<?>> pending = new ConcurrentLinkedQueue<>();

    public int pending() {
        return pending.size();
    }

    /** Fails the oldest pending operation. */
    void failOldest(Throwable cause) {
        pending.remove().fail(cause);
    }

    /** Completes the oldest pending operation with an empty result. */
    void completeOldest() {
        pending.remove().complete();
    }

    @Override
    public Future<Boolean> insert(DocumentType type, Document document) {
        return enqueue();
    }

    @Override
    public Future<Optional<Document>> get(DocumentType type, String id, Filter where) {
        return enqueue();
    }

    @Override
    public Future<Boolean> replaceIf(DocumentType type, Document next, Filter where) {
        return enqueue();
    }

    @Override
    public Future<Optional<Document>> increment(DocumentType type, Document initial, List<Increment> increments) {
        return enqueue();
    }

    @Override
    public Future<List<Document>> find(DocumentType type, Query query) {
        return enqueue();
    }

    @Override
    public Future<Long> set(DocumentType type, Filter filter, Map<Field, Value> values) {
        return enqueue();
    }

    @Override
    public Future<Long> delete(DocumentType type, Filter filter) {
        return enqueue();
    }

    @Override
    public Future<Void> ping() {
        return enqueue();
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }

    private <T> Future<T> enqueue() {
        Promise<T> answer = Promise.promise();
        pending.add(answer);
        return answer.future();
    }
}
