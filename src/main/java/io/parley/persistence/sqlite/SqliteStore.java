package io.parley.persistence.sqlite;

import io.parley.persistence.sqlite.SqliteTask.Action;
import io.parley.persistence.sqlite.SqliteWorker.Mode;
import io.parley.persistence.store.Document;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.DocumentType;
import io.parley.persistence.store.Field;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.Increment;
import io.parley.persistence.store.Query;
import io.parley.persistence.store.StoreException;
import io.parley.persistence.store.StoreFormat;
import io.parley.persistence.store.Value;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores documents in one SQLite file: one thread writes, in batches, and several threads read. */
public final class SqliteStore implements DocumentStore {

    private static final String SET_FORMAT = "PRAGMA user_version = " + StoreFormat.VERSION;
    /** The version that SQLite reports for a file whose version was never set. */
    private static final long NEW_FILE = 0;

    private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);
    private static final int QUEUE_CAPACITY = 10_000;
    private static final int READER_COUNT = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 4);

    private final DataDir dir;
    private final long timeoutNanos;
    private final LongSupplier nanos;
    private final WorkQueue<SqliteTask<?>> writes = new WorkQueue<>(QUEUE_CAPACITY);
    private final WorkQueue<SqliteTask<?>> reads = new WorkQueue<>(QUEUE_CAPACITY);
    private final List<Thread> threads;

    private SqliteStore(DataDir dir, Executor resultExecutor, Duration timeout, LongSupplier nanos) {
        this.dir = dir;
        this.timeoutNanos = timeout.toNanos();
        this.nanos = nanos;
        Stream<Thread> writer = Stream.of(thread("writer", writes, Mode.WRITE, resultExecutor));
        Stream<Thread> readers =
                IntStream.range(0, READER_COUNT).mapToObj(i -> thread("reader-" + i, reads, Mode.READ, Runnable::run));
        this.threads = Stream.concat(writer, readers).toList();
        threads.forEach(Thread::start);
    }

    /**
     * Opens the store in {@code path}. Blocks. Fails with a {@link StoreException} whose message is one sentence for the operator.
     *
     * @param resultExecutor completes the futures of writes, so that the writer thread can continue; reads complete on the reader's thread
     * @param timeout the timeout of an operation: one that has not started by then is never executed
     */
    public static SqliteStore open(
            Path path, List<DocumentType> types, Executor resultExecutor, Duration timeout, LongSupplier nanos) {
        DataDir dir = DataDir.lock(path);
        try (SqliteSession session = SqliteSession.open(dir.database())) {
            prepare(session, path, types);
            return new SqliteStore(dir, resultExecutor, timeout, nanos);
        } catch (SQLException e) {
            release(dir);
            throw new StoreException("cannot open the store in " + path + ": " + e.getMessage(), e);
        } catch (StoreException e) {
            release(dir);
            throw e;
        }
    }

    @Override
    public Future<Boolean> insert(DocumentType type, Document document) {
        return write(insertAction(type, type.validate(document)));
    }

    @Override
    public Future<Optional<Document>> get(DocumentType type, String id, Filter where) {
        SqlStatement sql = SqlStatement.get(type, id, type.validate(where));
        return read(session -> session.query(type, sql).stream().findFirst());
    }

    @Override
    public Future<Boolean> replaceIf(DocumentType type, Document next, Filter where) {
        SqlStatement sql = SqlStatement.replace(type, type.validate(next), type.validate(where));
        return write(session -> session.update(sql) == 1);
    }

    @Override
    public Future<Optional<Document>> increment(DocumentType type, Document initial, List<Increment> increments) {
        SqlStatement update =
                SqlStatement.increment(type, type.validate(initial).id(), increments);
        Optional<Document> incremented = Increment.apply(increments, initial);
        Action<Boolean> add =
                incremented.map(document -> insertAction(type, document)).orElse(_ -> false);
        return write(session -> {
            Optional<Document> updated = session.query(type, update).stream().findFirst();
            return updated.isPresent() || !add.execute(session) ? updated : incremented;
        });
    }

    @Override
    public Future<List<Document>> find(DocumentType type, Query query) {
        type.validate(query.filter());
        SqlStatement sql = SqlStatement.find(type, query);
        return read(session -> session.query(type, sql));
    }

    @Override
    public Future<Long> set(DocumentType type, Filter filter, Map<Field, Value> values) {
        SqlStatement sql = SqlStatement.set(type, type.validate(filter), type.validate(values));
        return write(session -> (long) session.update(sql));
    }

    @Override
    public Future<Long> delete(DocumentType type, Filter filter) {
        SqlStatement sql = SqlStatement.delete(type, type.validate(filter));
        return write(session -> (long) session.update(sql));
    }

    @Override
    public Future<Void> ping() {
        return write(session -> {
                    session.execute(SET_FORMAT); // writes to the disk without changing anything
                    return true;
                })
                .mapEmpty();
    }

    @Override
    public Future<Void> close() {
        Promise<Void> closed = Promise.promise();
        writes.close();
        reads.close();
        Thread.ofVirtual().start(() -> {
            threads.forEach(SqliteStore::join);
            release(dir);
            closed.complete();
        });
        return closed.future();
    }

    private <T> Future<T> write(Action<T> action) {
        return enqueue(writes, work(action));
    }

    private <T> Future<T> read(Action<T> action) {
        return enqueue(reads, work(action));
    }

    private <T> SqliteTask<T> work(Action<T> action) {
        long deadline = nanos.getAsLong() + timeoutNanos;
        return new SqliteTask<>(action, () -> nanos.getAsLong() - deadline >= 0);
    }

    private static <T> Future<T> enqueue(WorkQueue<SqliteTask<?>> queue, SqliteTask<T> work) {
        return queue.offer(work)
                ? work.future()
                : Future.failedFuture(new StoreException("the SQLite queue is full or closed"));
    }

    private static Action<Boolean> insertAction(DocumentType type, Document document) {
        SqlStatement sql = SqlStatement.insert(type, document);
        return session -> session.update(sql) == 1;
    }

    private static void prepare(SqliteSession session, Path path, List<DocumentType> types) throws SQLException {
        long format = session.queryLong("PRAGMA user_version");
        if (format != NEW_FILE) {
            StoreFormat.refusal("the data directory " + path, format).ifPresent(refusal -> {
                throw refusal;
            });
        }
        session.begin();
        for (DocumentType type : types) {
            for (String statement : SqlStatement.schema(type)) {
                session.execute(statement);
            }
        }
        session.execute(SET_FORMAT);
        session.commit();
    }

    private Thread thread(String name, WorkQueue<SqliteTask<?>> queue, Mode mode, Executor resultExecutor) {
        SqliteWorker worker = new SqliteWorker(() -> SqliteSession.open(dir.database()), queue, mode, resultExecutor);
        return Thread.ofPlatform().name("parley-store-" + name).daemon().unstarted(worker);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void release(DataDir dir) {
        try {
            dir.close();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("data directory lock not released");
        }
    }
}
