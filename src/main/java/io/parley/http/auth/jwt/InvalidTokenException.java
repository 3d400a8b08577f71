package io.parley.http.auth.jwt;

/** Why a token is not accepted: a word for our own log, never for the caller, who hears the same of every reason. */
final class InvalidTokenException extends RuntimeException {

    InvalidTokenException(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
