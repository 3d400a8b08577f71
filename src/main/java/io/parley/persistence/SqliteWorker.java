package io.parley.persistence;

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

        private final int group;

        Mode(int group) {
            this.group = group;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(SqliteWorker.class);

    private final SessionFactory sessions;
    private final WorkQueue<SqliteWork<?>> queue;
    private final Mode way;
    private final Executor answers;
    private Optional<SqliteSession> session = Optional.empty();

    /** @param answers runs the delivery of results */
    SqliteWorker(SessionFactory sessions, WorkQueue<SqliteWork<?>> queue, Mode way, Executor answers) {
        this.sessions = sessions;
        this.queue = queue;
        this.way = way;
        this.answers = answers;
    }

    @Override
    public void run() {
        for (List<SqliteWork<?>> group = queue.take(way.group); !group.isEmpty(); group = queue.take(way.group)) {
            tell(attempt(group));
        }
        forget();
    }

    /** Runs the batch and returns the delivery of its results or of its failure. */
    private Runnable attempt(List<SqliteWork<?>> group) {
        try {
            perform(group);
            return () -> group.forEach(SqliteWork::tell);
        } catch (SQLException | RuntimeException e) {
            forget();
            StoreException failure = new StoreException("the SQLite transaction failed", e);
            return () -> group.forEach(work -> work.fail(failure));
        }
    }

    private void perform(List<SqliteWork<?>> group) throws SQLException {
        if (session.isEmpty()) {
            session = Optional.of(sessions.open());
        }
        SqliteSession open = session.get();
        if (way == Mode.WRITE) {
            open.begin();
        }
        for (SqliteWork<?> work : group) {
            work.run(open);
        }
        if (way == Mode.WRITE) {
            open.commit();
        }
    }

    private void tell(Runnable outcomes) {
        try {
            answers.execute(outcomes);
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("write result could not be delivered");
        }
    }

    private void forget() {
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
