package io.parley.persistence;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that is asked of a database: each operation is atomic on one document and durable when it is answered. There are no
 * transactions, so every invariant fits in one document. Never blocks its caller; a future fails with {@link StoreException}
 * when the database could not do it, and nobody knows then whether it did. Futures are completed on any thread.
 */
interface DocumentStore {

    /** Store a new document; {@code false} if its id is taken. */
    Future<Boolean> insert(Kind kind, Document document);

    /** The document {@code id}, if {@code where} holds for it. */
    Future<Optional<Document>> get(Kind kind, String id, Filter where);

    /**
     * Put {@code next} in the place of the document with its id, if that is still at {@code next.version()} and {@code where}
     * holds for it; it is stored with the version after that. {@code false} if not.
     */
    Future<Boolean> replaceIf(Kind kind, Document next, Filter where);

    /**
     * Take all {@code steps} at once, on the document with the id of {@code initial}, or on {@code initial} itself where there is
     * none yet. Empty, and nothing is changed, if one of them would go beyond its limit; otherwise the document as it now is.
     */
    Future<Optional<Document>> increment(Kind kind, Document initial, List<Step> steps);

    Future<List<Document>> find(Kind kind, Query query);

    /** Set these fields in every document that {@code filter} means; answers how many there were. Each is atomic, not all. */
    Future<Long> set(Kind kind, Filter filter, Map<Field, Value> values);

    /** Remove what {@code filter} means; answers how many there were. */
    Future<Long> delete(Kind kind, Filter filter);

    /** Succeeds if documents could be stored now. */
    Future<Void> ping();

    /** Finish what was begun and let go of everything. */
    Future<Void> close();
}
