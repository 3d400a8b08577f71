package io.parley.persistence.store;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stores documents in a database. Each operation is atomic on one document, and durable when its future succeeds. There
 * are no transactions, so every invariant must fit in one document. Never blocks the caller. A future fails with
 * {@link StoreException} if the database failed; the operation may have been applied nevertheless. Futures complete on
 * any thread.
 */
public interface DocumentStore {

    /** Stores a new document; {@code false} if its id already exists. */
    Future<Boolean> insert(DocumentType type, Document document);

    /** Returns the document {@code id} if it matches {@code where}. */
    Future<Optional<Document>> get(DocumentType type, String id, Filter where);

    /**
     * Replaces the document with the id of {@code next} if it is still at {@code next.version()} and matches {@code where}; the new
     * document gets the following version. {@code false} if it was not replaced.
     */
    Future<Boolean> replaceIf(DocumentType type, Document next, Filter where);

    /**
     * Applies all {@code increments} atomically to the document with the id of {@code initial}, or stores {@code initial} with them applied
     * if there is no such document. Returns the updated document; empty, with nothing changed, if an increment would exceed its limit.
     */
    Future<Optional<Document>> increment(DocumentType type, Document initial, List<Increment> increments);

    Future<List<Document>> find(DocumentType type, Query query);

    /** Sets fields in every document that matches; returns their number. Atomic for each document, not for all together. */
    Future<Long> set(DocumentType type, Filter filter, Map<Field, Value> values);

    /** Deletes every document that matches; returns their number. */
    Future<Long> delete(DocumentType type, Filter filter);

    /** Succeeds if the store accepts writes now. */
    Future<Void> ping();

    /** Completes the operations that have started, then releases all resources. */
    Future<Void> close();
}
