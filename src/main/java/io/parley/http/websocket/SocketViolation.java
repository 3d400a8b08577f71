package io.parley.http.websocket;

/** A client broke a rule of the socket, which must be closed for it. */
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
