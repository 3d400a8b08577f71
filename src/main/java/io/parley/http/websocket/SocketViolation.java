package io.parley.http.websocket;

/** Thrown when a client violates a rule of the socket, which must then be closed. */
final class SocketViolation extends RuntimeException {

    private final SocketClose close;

    SocketViolation(SocketClose close) {
        super(close.reason(), null, false, false);
        this.close = close;
    }

    SocketClose close() {
        return close;
    }
}
