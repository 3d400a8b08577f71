package io.parley.persistence;

import io.parley.persistence.SqliteWork.Action;
import io.parley.persistence.SqliteWorker.Mode;
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
final class SqliteStore implements DocumentStore {

    private static final String STAMP = "PRAGMA user_version = " + StoreFormat.VERSION;
    /** The version that SQLite reports for a file whose version was never set. */
    private static final long NEW_FILE = 0;

    private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);
    private static final int QUEUE = 10_000;
    private static final int READERS = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 4);

    private final DataDir dir;
    private final long patience;
    private final LongSupplier nanos;
    private final WorkQueue<SqliteWork<?>> writes = new WorkQueue<>(QUEUE);
    private final WorkQueue<SqliteWork<?>> reads = new WorkQueue<>(QUEUE);
    private final List<Thread> threads;

    private SqliteStore(DataDir dir, Executor answers, Duration patience, LongSupplier nanos) {
        this.dir = dir;
        this.patience = patience.toNanos();
        this.nanos = nanos;
        Stream<Thread> writer = Stream.of(thread("writer", writes, Mode.WRITE, answers));
        Stream<Thread> readers =
                IntStream.range(0, READERS).mapToObj(i -> thread("reader-" + i, reads, Mode.READ, Runnable::run));
        this.threads = Stream.concat(writer, readers).toList();
        threads.forEach(Thread::start);
    }

    /**
     * Opens the store in {@code path}. Blocks. Fails with a {@link StoreException} whose message is one sentence for the operator.
     *
     * @param answers completes the futures of writes, so that the writer thread can continue; reads complete on the reader's thread
     * @param patience the timeout of an operation: one that has not started by then is never executed
     */
    static SqliteStore open(Path path, List<DocumentType> kinds, Executor answers, Duration patience, LongSupplier nanos) {
        DataDir dir = DataDir.lock(path);
        try (SqliteSession session = SqliteSession.open(dir.database())) {
            prepare(session, path, kinds);
            return new SqliteStore(dir, answers, patience, nanos);
        } catch (SQLException e) {
            release(dir);
            throw new StoreException("cannot open the store in " + path + ": " + e.getMessage(), e);
        } catch (StoreException e) {
            release(dir);
            throw e;
        }
    }

    @Override
    public Future<Boolean> insert(DocumentType kind, Document document) {
        return write(adding(kind, kind.check(document)));
    }

    @Override
    public Future<Optional<Document>> get(DocumentType kind, String id, Filter where) {
        SqlStatement sql = SqlStatement.get(kind, id, kind.check(where));
        return read(session -> session.query(kind, sql).stream().findFirst());
    }

    @Override
    public Future<Boolean> replaceIf(DocumentType kind, Document next, Filter where) {
        SqlStatement sql = SqlStatement.replace(kind, kind.check(next), kind.check(where));
        return write(session -> session.update(sql) == 1);
    }

    @Override
    public Future<Optional<Document>> increment(DocumentType kind, Document initial, List<Increment> steps) {
        SqlStatement update = SqlStatement.increment(kind, kind.check(initial).id(), steps);
        Optional<Document> first = Increment.taken(steps, initial);
        Action<Boolean> add = first.map(document -> adding(kind, document)).orElse(_ -> false);
        return write(session -> {
            Optional<Document> updated = session.query(kind, update).stream().findFirst();
            return updated.isPresent() || !add.on(session) ? updated : first;
        });
    }

    @Override
    public Future<List<Document>> find(DocumentType kind, Query query) {
        kind.check(query.filter());
        SqlStatement sql = SqlStatement.find(kind, query);
        return read(session -> session.query(kind, sql));
    }

    @Override
    public Future<Long> set(DocumentType kind, Filter filter, Map<Field, Value> values) {
        SqlStatement sql = SqlStatement.set(kind, kind.check(filter), kind.check(values));
        return write(session -> (long) session.update(sql));
    }

    @Override
    public Future<Long> delete(DocumentType kind, Filter filter) {
        SqlStatement sql = SqlStatement.delete(kind, kind.check(filter));
        return write(session -> (long) session.update(sql));
    }

    @Override
    public Future<Void> ping() {
        return write(session -> {
                    session.execute(STAMP); // writes to the disk without changing anything
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

    private <T> SqliteWork<T> work(Action<T> action) {
        long deadline = nanos.getAsLong() + patience;
        return new SqliteWork<>(action, () -> nanos.getAsLong() - deadline >= 0);
    }

    private static <T> Future<T> enqueue(WorkQueue<SqliteWork<?>> queue, SqliteWork<T> work) {
        return queue.offer(work)
                ? work.future()
                : Future.failedFuture(new StoreException("the SQLite queue is full or closed"));
    }

    private static Action<Boolean> adding(DocumentType kind, Document document) {
        SqlStatement sql = SqlStatement.insert(kind, document);
        return session -> session.update(sql) == 1;
    }

    private static void prepare(SqliteSession session, Path path, List<DocumentType> kinds) throws SQLException {
        long format = session.number("PRAGMA user_version");
        if (format != NEW_FILE) {
            StoreFormat.refusal("the data directory " + path, format).ifPresent(refusal -> {
                throw refusal;
            });
        }
        session.begin();
        for (DocumentType kind : kinds) {
            for (String statement : SqlStatement.schema(kind)) {
                session.execute(statement);
            }
        }
        session.execute(STAMP);
        session.commit();
    }

    private Thread thread(String name, WorkQueue<SqliteWork<?>> queue, Mode way, Executor answers) {
        SqliteWorker worker = new SqliteWorker(() -> SqliteSession.open(dir.database()), queue, way, answers);
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
