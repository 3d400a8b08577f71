package io.parley.persistence;

/** Signals that the database failed: unreachable, slow, overloaded or corrupt. Never a programming error; contains no document. */
public final class StoreException extends RuntimeException {

    StoreException(String message) {
        super(message);
    }

    StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
