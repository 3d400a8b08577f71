package io.parley.persistence.store;

/** Signals that the database failed: unreachable, slow, overloaded or corrupt. Never a programming error; contains no document. */
public final class StoreException extends RuntimeException {

    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
