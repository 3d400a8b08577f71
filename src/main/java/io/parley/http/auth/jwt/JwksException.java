package io.parley.http.auth.jwt;

/** Why what a server of keys answered is not used, in words for our log. */
final class JwksException extends RuntimeException {

    JwksException(String reason) {
        super(reason, null, false, false);
    }
}
