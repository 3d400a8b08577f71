package io.parley.http.auth.jwt;

/** Signals that a JWKS response is rejected. The reason is for the log. */
final class JwksException extends RuntimeException {

    JwksException(String reason) {
        super(reason, null, false, false);
    }
}
