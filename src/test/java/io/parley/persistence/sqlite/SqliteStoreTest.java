package io.parley.persistence.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.persistence.store.Document;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.DocumentType;
import io.parley.persistence.store.Field;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.StoreException;
import io.parley.persistence.store.Value;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The SQLite store")
class SqliteStoreTest {

    private static final Field OWNER = Field.text("owner");
    private static final DocumentType THINGS = new DocumentType("things", List.of(OWNER), List.of());

    @TempDir
    private Path dir;

    @Test
    @DisplayName("creates its directory, readable by its owner only")
    void directory() throws Exception {
        await(open().close());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data())))
                .isEqualTo("rwx------");
    }

    @Test
    @DisplayName("cannot be opened twice at the same time, and reports it in one sentence")
    void once() throws Exception {
        DocumentStore store = open();

        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessage("the data directory " + data() + " is in use by another Parley process");

        await(store.close());
        await(open().close());
    }

    @Test
    @DisplayName("sets the format version of a new file, and opens a file of the same version")
    void sameFormat() throws Exception {
        DocumentStore store = open();
        assertThat(await(inserts(store, 1).getFirst())).isTrue();
        await(store.close());
        assertThat(format()).isEqualTo(2);

        DocumentStore again = open();

        assertThat(await(again.get(THINGS, "t0", Filter.ANY))).isPresent();
        await(again.close());
    }

    @Test
    @DisplayName("rejects a file of an earlier format, says what to do, and leaves the file unchanged")
    void earlierFormat() throws Exception {
        await(open().close());
        execute("PRAGMA user_version = 1");

        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessage("the data directory " + data() + " was written by an earlier build of Parley"
                        + " (format 1; this build reads format 2): start with an empty one; to keep its conversations,"
                        + " export them with the earlier build and import them again");
        assertThat(format()).isEqualTo(1);
    }

    @Test
    @DisplayName("rejects a file of a later format, says what to do, and leaves the file unchanged")
    void laterFormat() throws Exception {
        await(open().close());
        execute("PRAGMA user_version = 3");

        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessage("the data directory " + data() + " was written by a later build of Parley"
                        + " (format 3; this build reads format 2): use that build or start with an empty one");
        assertThat(format()).isEqualTo(3);

        execute("PRAGMA user_version = 2");
        await(open().close());
    }

    @Test
    @DisplayName("rejects a file that is not a database")
    void notADatabase() throws Exception {
        Files.createDirectories(data());
        Files.writeString(file(), "this is not a database, ".repeat(100));

        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith("cannot open the store in " + data());
    }

    @Test
    @DisplayName("stores the rest of a batch when one statement in it fails")
    void group() throws Exception {
        DocumentStore store = open();
        execute("CREATE TRIGGER bad BEFORE INSERT ON things WHEN NEW.id = 't50' BEGIN SELECT RAISE(ABORT, 'bad'); END");

        List<Future<Boolean>> inserts = inserts(store, 100);

        assertThatThrownBy(() -> await(inserts.get(50))).isInstanceOf(StoreException.class);
        for (int i = 0; i < 100; i++) {
            if (i != 50) {
                assertThat(await(inserts.get(i))).isTrue();
            }
            assertThat(await(store.get(THINGS, "t" + i, Filter.ANY)).isPresent())
                    .isEqualTo(i != 50);
        }
        await(store.close());
    }

    @Test
    @DisplayName("rejects writes beyond its queue capacity, and loses none of the others")
    void full() throws Exception {
        DocumentStore store = open();
        List<Future<Boolean>> inserts = new ArrayList<>();
        try (Connection other = connect();
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            inserts.addAll(inserts(store, 11_000));
            assertThat(inserts.getLast().failed()).isTrue();
            assertThat(inserts.getLast().cause()).isInstanceOf(StoreException.class);
            statement.execute("COMMIT");
        }

        long stored = inserts.stream().filter(insert -> !insert.failed()).count();
        for (Future<Boolean> insert : inserts.subList(0, 10_000)) {
            assertThat(await(insert)).isTrue();
        }
        assertThat(stored).isBetween(10_000L, 10_512L);
        await(store.close());
    }

    @Test
    @DisplayName("fails operations while the database is locked, and works again afterwards")
    void recovers() throws Exception {
        DocumentStore store = open();
        try (Connection other = connect();
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            assertThatThrownBy(() -> await(inserts(store, 1).getFirst())).isInstanceOf(StoreException.class);
            assertThat(await(store.get(THINGS, "t0", Filter.ANY))).isEmpty();
            statement.execute("COMMIT");
        }

        assertThat(await(inserts(store, 1).getFirst())).isTrue();
        await(store.close());
    }

    @Test
    @DisplayName("does not execute an operation whose timeout has passed before its turn")
    void timedOutInQueue() throws Exception {
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // the clock overflows during the test
        DocumentStore store =
                SqliteStore.open(data(), List.of(THINGS), Runnable::run, Duration.ofSeconds(5), nanos::get);
        Future<Boolean> late;
        try (Connection other = connect();
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            late = inserts(store, 1).getFirst();
            nanos.addAndGet(Duration.ofSeconds(5).toNanos());
            statement.execute("COMMIT");
        }

        assertThatThrownBy(() -> await(late)).isInstanceOf(StoreException.class);
        assertThat(await(store.get(THINGS, "t0", Filter.ANY))).isEmpty();
        assertThat(await(inserts(store, 1).getFirst())).isTrue();
        await(store.close());
    }

    @Test
    @DisplayName("completes accepted writes before it closes, and has them when it is opened again")
    void close() throws Exception {
        DocumentStore store = open();
        List<Future<Boolean>> inserts = inserts(store, 1_000);
        await(store.close());

        assertThat(inserts).allMatch(Future::succeeded);
        DocumentStore again = open();
        assertThat(await(again.delete(THINGS, Filter.where(OWNER, "u")))).isEqualTo(1_000);
        await(again.close());
    }

    private static List<Future<Boolean>> inserts(DocumentStore store, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> store.insert(THINGS, new Document("t" + i, 1, Map.of(OWNER, Value.of("u")), "{}")))
                .toList();
    }

    private DocumentStore open() {
        return SqliteStore.open(data(), List.of(THINGS), Runnable::run, Duration.ofMinutes(1), System::nanoTime);
    }

    private void execute(String sql) throws SQLException {
        try (Connection other = connect();
                Statement statement = other.createStatement()) {
            statement.execute(sql);
        }
    }

    private int format() throws SQLException {
        try (Connection other = connect();
                Statement statement = other.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA user_version")) {
            return rows.getInt(1);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file());
    }

    private Path data() {
        return dir.resolve("deep/data");
    }

    private Path file() {
        return data().resolve("parley.db");
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(10, TimeUnit.SECONDS);
    }
}
