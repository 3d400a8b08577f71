package io.parley.persistence;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A store that completes operations only when the test says so. */
final class UnresponsiveStore implements DocumentStore {

    private final Queue<Promise<?>> asked = new ConcurrentLinkedQueue<>();

    int asked() {
        return asked.size();
    }

    /** Fails the oldest pending operation. */
    void fail(Throwable cause) {
        asked.remove().fail(cause);
    }

    /** Completes the oldest pending operation with an empty result. */
    void answer() {
        asked.remove().complete();
    }

    @Override
    public Future<Boolean> insert(DocumentType kind, Document document) {
        return ask();
    }

    @Override
    public Future<Optional<Document>> get(DocumentType kind, String id, Filter where) {
        return ask();
    }

    @Override
    public Future<Boolean> replaceIf(DocumentType kind, Document next, Filter where) {
        return ask();
    }

    @Override
    public Future<Optional<Document>> increment(DocumentType kind, Document initial, List<Increment> steps) {
        return ask();
    }

    @Override
    public Future<List<Document>> find(DocumentType kind, Query query) {
        return ask();
    }

    @Override
    public Future<Long> set(DocumentType kind, Filter filter, Map<Field, Value> values) {
        return ask();
    }

    @Override
    public Future<Long> delete(DocumentType kind, Filter filter) {
        return ask();
    }

    @Override
    public Future<Void> ping() {
        return ask();
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }

    private <T> Future<T> ask() {
        Promise<T> answer = Promise.promise();
        asked.add(answer);
        return answer.future();
    }
}
