package io.parley.persistence;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import org.sqlite.SQLiteException;

/**
 * One thing to do with a session, and who waits for its outcome; the outcome is told only when it is durable. What nobody waits for
 * any more when its turn comes is not done: whoever was told that it failed would be wrong.
 */
final class SqliteWork<T> {

    /** What is done with a session. */
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

    /** Do it. A failure of this statement alone is its outcome; one that takes the transaction with it is thrown. */
    void run(SqliteSession session) throws SQLException {
        if (tooLate.getAsBoolean()) {
            outcome = () -> fail(new StoreException("SQLite did not come to it in time"));
            return;
        }
        try {
            T result = action.on(session);
            outcome = () -> waiting.complete(result);
        } catch (SQLiteException e) {
            if (!alone(e)) {
                throw e;
            }
            outcome = () -> fail(new StoreException("SQLite refused a statement", e));
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

    /** After these, and no others, SQLite keeps the transaction as it was before the statement. */
    private static boolean alone(SQLiteException e) {
        return switch (e.getResultCode().code & 0xFF) {
            case 1, 18, 19, 20, 25 -> true; // ERROR, TOOBIG, CONSTRAINT, MISMATCH, RANGE
            default -> false;
        };
    }
}
