package io.parley.persistence.mongo;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoException;
import io.parley.persistence.store.DocumentType;
import io.parley.persistence.store.StoreException;
import io.parley.persistence.store.StoreFormat;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.mongo.MongoClient;
import java.util.List;
import java.util.Optional;

/**
 * Checks the format version that is stored in a MongoDB database, and stores it in a database that holds no documents yet. A
 * database with documents but without a version was written before versions were stored: its format is 1.
 */
final class MongoFormat {

    static final String COLLECTION = "store_format";

    private static final String ID = "_id";
    private static final String VERSION = "version";
    private static final long UNSTAMPED = 1;

    private final MongoClient client;
    private final String place;
    private final List<DocumentType> types;
    private volatile boolean verified;

    MongoFormat(MongoClient client, String database, List<DocumentType> types) {
        this.client = client;
        this.place = "the MongoDB database " + database;
        this.types = types;
    }

    /**
     * Succeeds if this build can read the database. Fails with a {@link StoreException} if it cannot, and with the
     * driver's exception if MongoDB could not be queried. Only success is remembered.
     */
    Future<Void> verify() {
        return verified
                ? Future.succeededFuture()
                : version()
                        .compose(version -> StoreFormat.refusal(place, version)
                                .map(Future::<Void>failedFuture)
                                .orElseGet(Future::succeededFuture))
                        .onSuccess(_ -> verified = true);
    }

    private Future<Long> version() {
        return stored().compose(stored -> stored.map(Future::succeededFuture)
                .orElseGet(() -> anyDocument().compose(this::stamp)));
    }

    private Future<Optional<Long>> stored() {
        return client.findOne(COLLECTION, key(), null)
                .map(found -> Optional.ofNullable(found).map(json -> json.getLong(VERSION)));
    }

    /** Reads the version again first: another instance may have stored it, followed by documents, in the meantime. */
    private Future<Long> stamp(boolean anyDocument) {
        return anyDocument ? stored().map(stored -> stored.orElse(UNSTAMPED)) : insert();
    }

    private Future<Long> insert() {
        return client.insert(COLLECTION, key().put(VERSION, (long) StoreFormat.VERSION))
                .map(_ -> (long) StoreFormat.VERSION)
                .recover(cause -> cause instanceof MongoException failure
                                && ErrorCategory.fromErrorCode(failure.getCode()) == ErrorCategory.DUPLICATE_KEY
                        ? stored().map(stored -> stored.orElse(UNSTAMPED))
                        : Future.failedFuture(cause));
    }

    private Future<Boolean> anyDocument() {
        JsonObject idOnly = new JsonObject().put(ID, 1);
        List<Future<Boolean>> found = types.stream()
                .map(type ->
                        client.findOne(type.name(), new JsonObject(), idOnly).map(document -> document != null))
                .toList();
        return Future.all(found).map(_ -> found.stream().anyMatch(Future<Boolean>::result));
    }

    private static JsonObject key() {
        return new JsonObject().put(ID, "format");
    }
}
