package io.parley.http.auth.jwt;

/** Signals that a token is rejected. The reason is for the log only; the caller gets the same response for every reason. */
final class InvalidTokenException extends RuntimeException {

    InvalidTokenException(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
