package io.parley.persistence.mongo;

import com.mongodb.MongoException;
import io.parley.config.Secret;
import io.parley.persistence.store.Document;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.DocumentType;
import io.parley.persistence.store.Field;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.Increment;
import io.parley.persistence.store.Query;
import io.parley.persistence.store.StoreException;
import io.parley.persistence.store.Value;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.mongo.FindOptions;
import io.vertx.ext.mongo.MongoClient;
import io.vertx.ext.mongo.MongoClientDeleteResult;
import io.vertx.ext.mongo.UpdateOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores documents in MongoDB. A write succeeds when a majority has it in its journal, and reads return only such writes. Starts even
 * if MongoDB is unreachable, and connects when it becomes available.
 */
public final class MongoStore implements DocumentStore {

    private static final Logger LOG = LoggerFactory.getLogger(MongoStore.class);
    private static final int DUPLICATE_KEY = 11_000;
    private static final long RETRY_DELAY_MILLIS = 1_000;

    private final Vertx vertx;
    private final MongoClient client;
    private final List<DocumentType> types;
    private final MongoFormat format;
    private final InFlightCounter inFlight = new InFlightCounter();

    private MongoStore(Vertx vertx, MongoClient client, List<DocumentType> types, MongoFormat format) {
        this.vertx = vertx;
        this.client = client;
        this.types = types;
        this.format = format;
    }

    /**
     * Opens the database {@code database}. Blocks until the format is checked, but at most for {@code timeout}. Does
     * not fail if MongoDB cannot be reached by then: the format is checked before the first operation instead.
     *
     * @param timeout bounds every wait of an operation
     * @throws StoreException if the connection string is invalid or the data has another format
     */
    public static MongoStore open(
            Vertx vertx, Secret uri, String database, Duration timeout, List<DocumentType> types) {
        int millis = Math.toIntExact(timeout.toMillis());
        JsonObject config = new JsonObject()
                .put("connection_string", uri.reveal())
                .put("db_name", database)
                .put("w", "majority")
                .put("j", true)
                .put("wtimeoutMS", millis)
                .put("readConcernLevel", "majority")
                .put("readPreference", "primary")
                .put("serverSelectionTimeoutMS", timeout.toMillis())
                .put("connectTimeoutMS", millis)
                .put("socketTimeoutMS", millis)
                .put("waitQueueTimeoutMS", timeout.toMillis());
        MongoClient client = client(vertx, config);
        MongoFormat format = new MongoFormat(client, database, types);
        try {
            verify(format, timeout);
        } catch (StoreException e) {
            client.close();
            throw e;
        }
        MongoStore store = new MongoStore(vertx, client, types, format);
        store.ensureIndexes();
        return store;
    }

    @Override
    public Future<Boolean> insert(DocumentType type, Document document) {
        JsonObject json = MongoQueries.document(type, type.validate(document), document.version());
        return call(() -> client.insert(type.name(), json)
                .map(_ -> true)
                .recover(cause ->
                        errorCode(cause) == DUPLICATE_KEY ? Future.succeededFuture(false) : translateFailure(cause)));
    }

    @Override
    public Future<Optional<Document>> get(DocumentType type, String id, Filter where) {
        JsonObject query = MongoQueries.filter(type.validate(where).withId(id));
        return call(() -> client.findOne(type.name(), query, null).map(found -> toDocument(type, found)));
    }

    @Override
    public Future<Boolean> replaceIf(DocumentType type, Document next, Filter where) {
        JsonObject query = MongoQueries.filter(type.validate(where).withId(next.id()));
        JsonObject json = MongoQueries.document(type, type.validate(next), next.version() + 1);
        return call(() -> client.replaceDocuments(type.name(), MongoQueries.withVersion(next.version(), query), json)
                .map(result -> result != null && result.getDocMatched() == 1));
    }

    @Override
    public Future<Optional<Document>> increment(DocumentType type, Document initial, List<Increment> increments) {
        Optional<Document> incremented = Increment.apply(increments, type.validate(initial));
        return update(type, initial.id(), increments)
                .compose(updated -> updated.isPresent() || incremented.isEmpty()
                        ? Future.succeededFuture(updated)
                        : insertFirst(type, incremented.get(), increments));
    }

    @Override
    public Future<List<Document>> find(DocumentType type, Query query) {
        type.validate(query.filter());
        FindOptions options =
                new FindOptions().setSort(MongoQueries.sort(query)).setLimit(query.limit());
        return call(() -> completeOffEventLoop(client.findWithOptions(type.name(), MongoQueries.find(query), options))
                .map(found -> found.stream()
                        .map(json -> MongoQueries.document(type, json))
                        .toList()));
    }

    @Override
    public Future<Long> set(DocumentType type, Filter filter, Map<Field, Value> values) {
        JsonObject query = MongoQueries.filter(type.validate(filter));
        JsonObject update = MongoQueries.set(type.validate(values));
        UpdateOptions all = new UpdateOptions().setMulti(true);
        return call(() -> client.updateCollectionWithOptions(type.name(), query, update, all)
                .map(result -> result == null ? 0 : result.getDocMatched()));
    }

    @Override
    public Future<Long> delete(DocumentType type, Filter filter) {
        JsonObject query = MongoQueries.filter(type.validate(filter));
        boolean single = filter.ids().filter(ids -> ids.size() == 1).isPresent();
        return call(() -> remove(type, query, single).map(result -> result == null ? 0 : result.getRemovedCount()));
    }

    @Override
    public Future<Void> ping() {
        return call(
                () -> client.runCommand("ping", new JsonObject().put("ping", 1)).mapEmpty());
    }

    @Override
    public Future<Void> close() {
        return inFlight.close().compose(_ -> client.close());
    }

    private <T> Future<T> call(Supplier<Future<T>> call) {
        return inFlight.track(() -> format.verify().compose(_ -> call.get()).recover(MongoStore::translateFailure));
    }

    /** The driver retries the deletion of one document, but not of many. */
    private Future<@Nullable MongoClientDeleteResult> remove(DocumentType type, JsonObject query, boolean single) {
        return single ? client.removeDocument(type.name(), query) : client.removeDocuments(type.name(), query);
    }

    /** If another writer inserts the document first, its limits must be checked again. */
    private Future<Optional<Document>> insertFirst(
            DocumentType type, Document incremented, List<Increment> increments) {
        return insert(type, incremented)
                .compose(inserted -> inserted
                        ? Future.succeededFuture(Optional.of(incremented))
                        : update(type, incremented.id(), increments));
    }

    private Future<Optional<Document>> update(DocumentType type, String id, List<Increment> increments) {
        JsonObject query = MongoQueries.withinLimits(id, increments);
        JsonObject update = MongoQueries.increment(increments);
        UpdateOptions returningUpdated = new UpdateOptions().setReturningNewDocument(true);
        return call(() -> client.findOneAndUpdateWithOptions(
                        type.name(), query, update, new FindOptions(), returningUpdated)
                .map(found -> toDocument(type, found)));
    }

    /** Retried until it succeeds; only performance depends on it. */
    private void ensureIndexes() {
        call(this::createIndexes)
                .onSuccess(_ -> LOG.atInfo().log("MongoDB indexes created"))
                .onFailure(_ -> retryIndexes());
    }

    private void retryIndexes() {
        if (!inFlight.closing()) {
            vertx.setTimer(RETRY_DELAY_MILLIS, _ -> ensureIndexes());
        }
    }

    private Future<Void> createIndexes() {
        return Future.join(types.stream()
                        .flatMap(type -> type.indexes().stream()
                                .map(fields -> client.createIndex(type.name(), MongoQueries.index(fields))))
                        .toList())
                .mapEmpty();
    }

    /** The caller decodes the documents on the thread that completes the future; a long list would block an event loop. */
    private static <T> Future<T> completeOffEventLoop(Future<T> found) {
        Promise<T> promise = Promise.promise();
        found.onComplete((value, failure) -> Thread.ofVirtual().start(() -> promise.complete(value, failure)));
        return promise.future();
    }

    /** Returns without a result if MongoDB does not reply in time. */
    private static void verify(MongoFormat format, Duration timeout) {
        try {
            format.verify().toCompletionStage().toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            if (e.getCause() instanceof StoreException refusal) {
                throw refusal;
            }
            LOG.atWarn().log("MongoDB not available yet: its format is checked before the first operation");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("the check of the format in MongoDB was interrupted", e);
        }
    }

    private static MongoClient client(Vertx vertx, JsonObject config) {
        try {
            return MongoClient.create(vertx, config);
        } catch (IllegalArgumentException | MongoException _) {
            // no cause: its message may contain the password
            throw new StoreException(
                    "MONGODB_URI is not a valid MongoDB connection string, or its host name cannot be resolved");
        }
    }

    private static Optional<Document> toDocument(DocumentType type, @Nullable JsonObject found) {
        return Optional.ofNullable(found).map(json -> MongoQueries.document(type, json));
    }

    private static int errorCode(Throwable cause) {
        return cause instanceof MongoException failure ? failure.getCode() : 0;
    }

    private static <T> Future<T> translateFailure(Throwable cause) {
        return Future.failedFuture(
                cause instanceof MongoException ? new StoreException("the MongoDB operation failed", cause) : cause);
    }
}
