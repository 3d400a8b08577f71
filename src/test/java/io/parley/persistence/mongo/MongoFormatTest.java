package io.parley.persistence.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import io.parley.config.Secret;
import io.parley.persistence.SwitchableProxy;
import io.parley.persistence.SwitchableProxy.Mode;
import io.parley.persistence.store.Document;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.DocumentType;
import io.parley.persistence.store.Field;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.StoreException;
import io.parley.persistence.store.Value;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.mongo.MongoClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@DisplayName("The format version of a MongoDB database")
class MongoFormatTest {

    private static final Field OWNER = Field.text("owner");
    private static final DocumentType THINGS = new DocumentType("things", List.of(OWNER), List.of());
    private static final Document THING = new Document("t1", 1, Map.of(OWNER, Value.of("ann")), "{}");
    private static final String EARLIER = "the MongoDB database parley was written by an earlier build of Parley"
            + " (format 1; this build reads format 2): start with an empty one; to keep its conversations,"
            + " export them with the earlier build and import them again";

    private final Vertx vertx = Vertx.vertx();
    private final MongoServer server = new MongoServer(new MemoryBackend());
    private MongoClient client;

    @BeforeEach
    void bind() {
        ((Logger) LoggerFactory.getLogger("de.bwaldvogel")).setLevel(Level.ERROR); // it logs a warning for each index
        ((Logger) LoggerFactory.getLogger("org.mongodb")).setLevel(Level.OFF);
        ((Logger) LoggerFactory.getLogger(MongoStore.class)).setLevel(Level.OFF);
        server.bind("127.0.0.1", 0);
        client = MongoClient.create(
                vertx,
                new JsonObject().put("connection_string", uri(port()).reveal()).put("db_name", "parley"));
    }

    @AfterEach
    void close() throws Exception {
        of(client.close());
        of(vertx.close());
        server.shutdownNow();
        ((Logger) LoggerFactory.getLogger("org.mongodb")).setLevel(null);
        ((Logger) LoggerFactory.getLogger(MongoStore.class)).setLevel(null);
    }

    @Test
    @DisplayName("is stored in a new database, in a collection of its own")
    void newDatabase() throws Exception {
        DocumentStore store = open();

        assertThat(of(client.find(MongoFormat.COLLECTION, new JsonObject())))
                .containsExactly(new JsonObject().put("_id", "format").put("version", 2L));
        of(store.close());
    }

    @Test
    @DisplayName("lets a database of the same version be opened again, also by another instance")
    void sameVersion() throws Exception {
        DocumentStore store = open();
        assertThat(of(store.insert(THINGS, THING))).isTrue();

        DocumentStore other = open();

        assertThat(of(other.get(THINGS, "t1", Filter.ANY))).contains(THING);
        of(store.close());
        of(other.close());
    }

    @Test
    @DisplayName("is 1 where there is data and no version: the database is rejected and unchanged")
    void withoutVersion() throws Exception {
        insertWithoutVersion();

        assertThatThrownBy(this::open).isInstanceOf(StoreException.class).hasMessage(EARLIER);
        assertThat(of(client.count(MongoFormat.COLLECTION, new JsonObject()))).isZero();
    }

    @Test
    @DisplayName("rejects a database of an earlier version")
    void older() throws Exception {
        storeVersion(1);

        assertThatThrownBy(this::open).isInstanceOf(StoreException.class).hasMessage(EARLIER);
    }

    @Test
    @DisplayName("rejects a database of a later version")
    void newer() throws Exception {
        storeVersion(3);

        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessage("the MongoDB database parley was written by a later build of Parley"
                        + " (format 3; this build reads format 2): use that build or start with an empty one");
    }

    @Test
    @DisplayName("is checked before the first operation when MongoDB could not be reached at start")
    void unreachableAtStart() throws Exception {
        insertWithoutVersion();
        SwitchableProxy valve = new SwitchableProxy(vertx, port(), Mode.SHUT);
        DocumentStore store =
                MongoStore.open(vertx, uri(valve.port()), "parley", Duration.ofSeconds(1), List.of(THINGS));

        valve.switchTo(Mode.OPEN);

        assertThatThrownBy(() -> awaitRejection(store)).hasMessage(EARLIER);
        assertThat(of(client.count("things", new JsonObject()))).isEqualTo(1);
        of(store.close());
    }

    /** Inserts until the driver has found MongoDB, and throws the failure of the first insert after that. */
    private static void awaitRejection(DocumentStore store) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        Future<Boolean> insert;
        do {
            assertThat(System.nanoTime()).as("found within the deadline").isLessThan(end);
            insert = store.insert(THINGS, new Document("t2", 1, THING.fields(), "{}"));
            insert.transform(_ -> Future.succeededFuture()).await(10, TimeUnit.SECONDS);
        } while (insert.failed() && insert.cause().getCause() != null); // the driver's failure, not a rejection
        of(insert);
    }

    private void insertWithoutVersion() throws Exception {
        of(client.insert("things", MongoQueries.document(THINGS, THING, 1)));
    }

    private void storeVersion(long version) throws Exception {
        of(client.insert(
                MongoFormat.COLLECTION, new JsonObject().put("_id", "format").put("version", version)));
    }

    private DocumentStore open() {
        return MongoStore.open(vertx, uri(port()), "parley", Duration.ofSeconds(5), List.of(THINGS));
    }

    private int port() {
        return server.getLocalAddress().getPort();
    }

    private static Secret uri(int port) {
        return new Secret("mongodb://127.0.0.1:" + port);
    }

    private static <T> T of(Future<T> future) throws Exception {
        return future.await(10, TimeUnit.SECONDS);
    }
}
