package io.parley.persistence;

/** The database could not do it: it is gone, slow, full or broken. Never our own mistake, and never carries a document. */
public final class StoreException extends RuntimeException {

    StoreException(String message) {
        super(message);
    }

    StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
