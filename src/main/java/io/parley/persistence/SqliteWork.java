package io.parley.persistence;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import org.sqlite.SQLiteException;

/**
 * An action on a session, with the promise of its result. The result is delivered only after the commit. An action that has expired
 * before its turn is not executed, because its caller was already told that it failed.
 */
final class SqliteWork<T> {

    /** An action on a session. */
    @FunctionalInterface
    interface Action<T> {
        T on(SqliteSession session) throws SQLException;
    }

    private final Action<T> action;
    private final BooleanSupplier tooLate;
    private final Promise<T> waiting = Promise.promise();
    private Runnable outcome = () -> {};

    SqliteWork(Action<T> action, BooleanSupplier tooLate) {
        this.action = action;
        this.tooLate = tooLate;
    }

    Future<T> future() {
        return waiting.future();
    }

    /** Executes the action. A failure of the statement alone becomes its result; one that aborts the transaction is thrown. */
    void run(SqliteSession session) throws SQLException {
        if (tooLate.getAsBoolean()) {
            outcome = () -> fail(new StoreException("the operation waited longer than the timeout for SQLite"));
            return;
        }
        try {
            T result = action.on(session);
            outcome = () -> waiting.complete(result);
        } catch (SQLiteException e) {
            if (!alone(e)) {
                throw e;
            }
            outcome = () -> fail(new StoreException("SQLite rejected a statement", e));
        } catch (RuntimeException e) {
            outcome = () -> waiting.fail(e);
        }
    }

    void tell() {
        outcome.run();
    }

    void fail(StoreException cause) {
        waiting.fail(cause);
    }

    /** Only after these result codes SQLite keeps the transaction as it was before the statement. */
    private static boolean alone(SQLiteException e) {
        return switch (e.getResultCode().code & 0xFF) {
            case 1, 18, 19, 20, 25 -> true; // ERROR, TOOBIG, CONSTRAINT, MISMATCH, RANGE
            default -> false;
        };
    }
}
