package io.parley.persistence;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import io.parley.config.Secret;
import io.parley.persistence.mongo.MongoStore;
import io.parley.persistence.sqlite.SqliteStore;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.DocumentType;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.mongo.MongoClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** Opens empty stores of every kind for contract tests. */
public enum StoreBackend {
    SQLITE {
        @Override
        public Opened open(Vertx vertx, Path dir, List<DocumentType> types) {
            DocumentStore store = SqliteStore.open(dir, types, Runnable::run, Duration.ofMinutes(1), System::nanoTime);
            return new Opened(store, () -> {});
        }
    },
    /** The real driver, connected to an in-process server that implements the wire protocol. */
    MONGO_PROTOCOL {
        @Override
        public Opened open(Vertx vertx, Path dir, List<DocumentType> types) {
            ((Logger) LoggerFactory.getLogger("de.bwaldvogel"))
                    .setLevel(Level.ERROR); // it logs a warning for each index
            MongoServer server = new MongoServer(new MemoryBackend());
            server.bind("127.0.0.1", 0);
            Secret uri =
                    new Secret("mongodb://127.0.0.1:" + server.getLocalAddress().getPort());
            return new Opened(MongoStore.open(vertx, uri, "parley", TIMEOUT, types), server::shutdownNow);
        }
    },
    /** A real MongoDB, if {@code TEST_MONGO_URI} is set; its database is created for the test and dropped afterwards. */
    MONGO {
        @Override
        public Opened open(Vertx vertx, Path dir, List<DocumentType> types) {
            Secret uri = new Secret(EXTERNAL_MONGO_URI.orElseThrow());
            String database = "parley_test_" + UUID.randomUUID();
            return new Opened(MongoStore.open(vertx, uri, database, TIMEOUT, types), () -> drop(vertx, uri, database));
        }
    };

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Optional<String> EXTERNAL_MONGO_URI = Optional.ofNullable(System.getenv("TEST_MONGO_URI"));

    public abstract Opened open(Vertx vertx, Path dir, List<DocumentType> types);

    public static Stream<StoreBackend> available() {
        return Stream.of(values()).filter(backend -> backend != MONGO || EXTERNAL_MONGO_URI.isPresent());
    }

    private static void drop(Vertx vertx, Secret uri, String database) throws Exception {
        JsonObject config =
                new JsonObject().put("connection_string", uri.reveal()).put("db_name", database);
        MongoClient client = MongoClient.create(vertx, config);
        client.runCommand("dropDatabase", new JsonObject().put("dropDatabase", 1))
                .await(5, TimeUnit.SECONDS);
        client.close().await(5, TimeUnit.SECONDS);
    }

    /** An empty store, and the resources to close after it. */
    public record Opened(DocumentStore store, AutoCloseable resources) implements AutoCloseable {
        @Override
        public void close() throws Exception {
            store.close().await(5, TimeUnit.SECONDS);
            resources.close();
        }
    }
}
