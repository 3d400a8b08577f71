package io.parley.persistence;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works off a queue with a session of its own. A writer puts all that waits into one transaction, and tells the outcomes when it
 * is committed: one wait for the disk serves them all. After a failure it begins anew with a fresh session.
 */
final class SqliteWorker implements Runnable {

    /** Opens a session. */
    @FunctionalInterface
    interface Sessions {
        SqliteSession open() throws SQLException;
    }

    /** How a worker goes about its work. */
    enum Way {
        /** One after the other, each for itself. */
        READ(1),
        /** As many as wait, in one transaction. */
        WRITE(512);

        private final int group;

        Way(int group) {
            this.group = group;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(SqliteWorker.class);

    private final Sessions sessions;
    private final WorkQueue<SqliteWork<?>> queue;
    private final Way way;
    private final Executor answers;
    private Optional<SqliteSession> session = Optional.empty();

    /** {@code answers} runs what waits for the outcomes. */
    SqliteWorker(Sessions sessions, WorkQueue<SqliteWork<?>> queue, Way way, Executor answers) {
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

    /** What there is to tell when the group is done, or is known to have failed. */
    private Runnable attempt(List<SqliteWork<?>> group) {
        try {
            perform(group);
            return () -> group.forEach(SqliteWork::tell);
        } catch (SQLException | RuntimeException e) {
            forget();
            StoreException failure = new StoreException("SQLite could not do it", e);
            return () -> group.forEach(work -> work.fail(failure));
        }
    }

    private void perform(List<SqliteWork<?>> group) throws SQLException {
        if (session.isEmpty()) {
            session = Optional.of(sessions.open());
        }
        SqliteSession open = session.get();
        if (way == Way.WRITE) {
            open.begin();
        }
        for (SqliteWork<?> work : group) {
            work.run(open);
        }
        if (way == Way.WRITE) {
            open.commit();
        }
    }

    private void tell(Runnable outcomes) {
        try {
            answers.execute(outcomes);
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("nobody could be told what became of a write");
        }
    }

    private void forget() {
        try {
            if (session.isPresent()) {
                session.get().close();
            }
        } catch (SQLException e) {
            LOG.atWarn().setCause(e).log("a connection to SQLite could not be closed");
        }
        session = Optional.empty();
    }
}
