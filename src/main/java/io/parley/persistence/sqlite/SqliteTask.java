package io.parley.persistence.sqlite;

import io.parley.persistence.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import org.sqlite.SQLiteException;

/**
 * An action on a session, with the promise of its result. The result is delivered only after the commit. An action that
 * has expired before its turn is not executed, because its failure was already reported to the caller.
 */
final class SqliteTask<T> {

    /** An action on a session. */
    @FunctionalInterface
    interface Action<T> {
        T execute(SqliteSession session) throws SQLException;
    }

    private final Action<T> action;
    private final BooleanSupplier expired;
    private final Promise<T> promise = Promise.promise();
    private Runnable outcome = () -> {};

    SqliteTask(Action<T> action, BooleanSupplier expired) {
        this.action = action;
        this.expired = expired;
    }

    Future<T> future() {
        return promise.future();
    }

    /** Executes the action. A failure of the statement alone becomes its result; one that aborts the transaction is thrown. */
    void run(SqliteSession session) throws SQLException {
        if (expired.getAsBoolean()) {
            outcome = () -> fail(new StoreException("the operation waited longer than the timeout for SQLite"));
            return;
        }
        try {
            T result = action.execute(session);
            outcome = () -> promise.complete(result);
        } catch (SQLiteException e) {
            if (!keepsTransaction(e)) {
                throw e;
            }
            outcome = () -> fail(new StoreException("SQLite rejected a statement", e));
        } catch (RuntimeException e) {
            outcome = () -> promise.fail(e);
        }
    }

    void deliver() {
        outcome.run();
    }

    void fail(StoreException cause) {
        promise.fail(cause);
    }

    /** Only after these result codes does SQLite keep the transaction as it was before the statement. */
    private static boolean keepsTransaction(SQLiteException e) {
        return switch (e.getResultCode().code & 0xFF) {
            case 1, 18, 19, 20, 25 -> true; // ERROR, TOOBIG, CONSTRAINT, MISMATCH, RANGE
            default -> false;
        };
    }
}
