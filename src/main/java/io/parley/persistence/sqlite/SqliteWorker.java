package io.parley.persistence.sqlite;

import io.parley.persistence.store.StoreException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes the actions of a queue on its own session. A writer executes all waiting actions in one transaction and delivers their
 * results after the commit, so that they share one disk sync. After a failure it opens a new session.
 */
final class SqliteWorker implements Runnable {

    /** Opens a session. */
    @FunctionalInterface
    interface SessionFactory {
        SqliteSession open() throws SQLException;
    }

    /** How a worker groups actions. */
    enum Mode {
        /** One action at a time, without a transaction. */
        READ(1),
        /** All waiting actions, in one transaction. */
        WRITE(512);

        private final int batchSize;

        Mode(int batchSize) {
            this.batchSize = batchSize;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(SqliteWorker.class);

    private final SessionFactory sessions;
    private final WorkQueue<SqliteTask<?>> queue;
    private final Mode mode;
    private final Executor resultExecutor;
    private Optional<SqliteSession> session = Optional.empty();

    /** @param resultExecutor runs the delivery of results */
    SqliteWorker(SessionFactory sessions, WorkQueue<SqliteTask<?>> queue, Mode mode, Executor resultExecutor) {
        this.sessions = sessions;
        this.queue = queue;
        this.mode = mode;
        this.resultExecutor = resultExecutor;
    }

    @Override
    public void run() {
        for (List<SqliteTask<?>> batch = queue.take(mode.batchSize);
                !batch.isEmpty();
                batch = queue.take(mode.batchSize)) {
            deliver(process(batch));
        }
        closeSession();
    }

    /** Runs the batch and returns the delivery of its results or of its failure. */
    private Runnable process(List<SqliteTask<?>> batch) {
        try {
            runBatch(batch);
            return () -> batch.forEach(SqliteTask::deliver);
        } catch (SQLException | RuntimeException e) {
            closeSession();
            StoreException failure = new StoreException("the SQLite transaction failed", e);
            return () -> batch.forEach(work -> work.fail(failure));
        }
    }

    private void runBatch(List<SqliteTask<?>> batch) throws SQLException {
        if (session.isEmpty()) {
            session = Optional.of(sessions.open());
        }
        SqliteSession open = session.get();
        if (mode == Mode.WRITE) {
            open.begin();
        }
        for (SqliteTask<?> work : batch) {
            work.run(open);
        }
        if (mode == Mode.WRITE) {
            open.commit();
        }
    }

    private void deliver(Runnable outcomes) {
        try {
            resultExecutor.execute(outcomes);
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("write result could not be delivered");
        }
    }

    private void closeSession() {
        try {
            if (session.isPresent()) {
                session.get().close();
            }
        } catch (SQLException e) {
            LOG.atWarn().setCause(e).log("SQLite connection not closed");
        }
        session = Optional.empty();
    }
}
