package io.parley.persistence;

import com.mongodb.MongoException;
import io.parley.config.Secret;
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
final class MongoStore implements DocumentStore {

    private static final Logger LOG = LoggerFactory.getLogger(MongoStore.class);
    private static final int DUPLICATE_KEY = 11_000;
    private static final long AGAIN_MILLIS = 1_000;

    private final Vertx vertx;
    private final MongoClient client;
    private final List<DocumentType> kinds;
    private final MongoFormat format;
    private final InFlightCounter underWay = new InFlightCounter();

    private MongoStore(Vertx vertx, MongoClient client, List<DocumentType> kinds, MongoFormat format) {
        this.vertx = vertx;
        this.client = client;
        this.kinds = kinds;
        this.format = format;
    }

    /**
     * Opens the database {@code database}. Blocks, for {@code timeout} at most, until its format was checked. Does not fail if
     * MongoDB cannot be reached by then: the format is checked before the first operation instead.
     *
     * @param timeout bounds every wait of an operation
     * @throws StoreException if the connection string is invalid or the data has another format
     */
    static MongoStore open(Vertx vertx, Secret uri, String database, Duration timeout, List<DocumentType> kinds) {
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
        MongoFormat format = new MongoFormat(client, database, kinds);
        try {
            verify(format, timeout);
        } catch (StoreException e) {
            client.close();
            throw e;
        }
        MongoStore store = new MongoStore(vertx, client, kinds, format);
        store.index();
        return store;
    }

    @Override
    public Future<Boolean> insert(DocumentType kind, Document document) {
        JsonObject json = MongoQueries.document(kind, kind.check(document), document.version());
        return call(() -> client.insert(kind.name(), json)
                .map(_ -> true)
                .recover(cause -> code(cause) == DUPLICATE_KEY ? Future.succeededFuture(false) : failed(cause)));
    }

    @Override
    public Future<Optional<Document>> get(DocumentType kind, String id, Filter where) {
        JsonObject query = MongoQueries.filter(kind.check(where).withId(id));
        return call(() -> client.findOne(kind.name(), query, null).map(found -> optional(kind, found)));
    }

    @Override
    public Future<Boolean> replaceIf(DocumentType kind, Document next, Filter where) {
        JsonObject query = MongoQueries.filter(kind.check(where).withId(next.id()));
        JsonObject json = MongoQueries.document(kind, kind.check(next), next.version() + 1);
        return call(() -> client.replaceDocuments(kind.name(), MongoQueries.at(next.version(), query), json)
                .map(result -> result != null && result.getDocMatched() == 1));
    }

    @Override
    public Future<Optional<Document>> increment(DocumentType kind, Document initial, List<Increment> steps) {
        Optional<Document> first = Increment.taken(steps, kind.check(initial));
        return update(kind, initial.id(), steps)
                .compose(updated -> updated.isPresent() || first.isEmpty()
                        ? Future.succeededFuture(updated)
                        : begin(kind, first.get(), steps));
    }

    @Override
    public Future<List<Document>> find(DocumentType kind, Query query) {
        kind.check(query.filter());
        FindOptions options =
                new FindOptions().setSort(MongoQueries.sort(query)).setLimit(query.limit());
        return call(() -> aside(client.findWithOptions(kind.name(), MongoQueries.find(query), options))
                .map(found -> found.stream()
                        .map(json -> MongoQueries.document(kind, json))
                        .toList()));
    }

    @Override
    public Future<Long> set(DocumentType kind, Filter filter, Map<Field, Value> values) {
        JsonObject query = MongoQueries.filter(kind.check(filter));
        JsonObject update = MongoQueries.set(kind.check(values));
        UpdateOptions all = new UpdateOptions().setMulti(true);
        return call(() -> client.updateCollectionWithOptions(kind.name(), query, update, all)
                .map(result -> result == null ? 0 : result.getDocMatched()));
    }

    @Override
    public Future<Long> delete(DocumentType kind, Filter filter) {
        JsonObject query = MongoQueries.filter(kind.check(filter));
        boolean one = filter.ids().filter(ids -> ids.size() == 1).isPresent();
        return call(() -> deleted(kind, query, one).map(result -> result == null ? 0 : result.getRemovedCount()));
    }

    @Override
    public Future<Void> ping() {
        return call(
                () -> client.runCommand("ping", new JsonObject().put("ping", 1)).mapEmpty());
    }

    @Override
    public Future<Void> close() {
        return underWay.close().compose(_ -> client.close());
    }

    private <T> Future<T> call(Supplier<Future<T>> call) {
        return underWay.call(() -> format.verify().compose(_ -> call.get()).recover(MongoStore::failed));
    }

    /** The driver retries the deletion of one document, but not of many. */
    private Future<@Nullable MongoClientDeleteResult> deleted(DocumentType kind, JsonObject query, boolean one) {
        return one ? client.removeDocument(kind.name(), query) : client.removeDocuments(kind.name(), query);
    }

    /** If another writer inserts the document first, its limits must be checked again. */
    private Future<Optional<Document>> begin(DocumentType kind, Document first, List<Increment> steps) {
        return insert(kind, first)
                .compose(inserted ->
                        inserted ? Future.succeededFuture(Optional.of(first)) : update(kind, first.id(), steps));
    }

    private Future<Optional<Document>> update(DocumentType kind, String id, List<Increment> steps) {
        JsonObject query = MongoQueries.within(id, steps);
        JsonObject update = MongoQueries.increment(steps);
        UpdateOptions answeringTheNew = new UpdateOptions().setReturningNewDocument(true);
        return call(
                () -> client.findOneAndUpdateWithOptions(kind.name(), query, update, new FindOptions(), answeringTheNew)
                        .map(found -> optional(kind, found)));
    }

    /** Retried until it succeeds; only performance depends on it. */
    private void index() {
        call(this::createIndexes)
                .onSuccess(_ -> LOG.atInfo().log("MongoDB indexes created"))
                .onFailure(_ -> again());
    }

    private void again() {
        if (!underWay.closing()) {
            vertx.setTimer(AGAIN_MILLIS, _ -> index());
        }
    }

    private Future<Void> createIndexes() {
        return Future.join(kinds.stream()
                        .flatMap(kind -> kind.indexes().stream()
                                .map(fields -> client.createIndex(kind.name(), MongoQueries.index(fields))))
                        .toList())
                .mapEmpty();
    }

    /** The caller decodes the documents on the thread that completes the future; a long list would block an event loop. */
    private static <T> Future<T> aside(Future<T> found) {
        Promise<T> promise = Promise.promise();
        found.onComplete((value, failure) -> Thread.ofVirtual().start(() -> promise.complete(value, failure)));
        return promise.future();
    }

    /** Returns without a verdict if MongoDB does not answer in time. */
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

    private static Optional<Document> optional(DocumentType kind, @Nullable JsonObject found) {
        return Optional.ofNullable(found).map(json -> MongoQueries.document(kind, json));
    }

    private static int code(Throwable cause) {
        return cause instanceof MongoException failure ? failure.getCode() : 0;
    }

    private static <T> Future<T> failed(Throwable cause) {
        return Future.failedFuture(
                cause instanceof MongoException ? new StoreException("the MongoDB operation failed", cause) : cause);
    }
}
