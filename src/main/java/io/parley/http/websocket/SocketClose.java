package io.parley.http.websocket;

/** Why the server closes a WebSocket: the code and the few safe words that go with it. */
enum SocketClose {
    BINARY(1003, "text only"),
    NOT_UTF8(1007, "not UTF-8"),
    POLICY(1008, "too many frames"),
    TOO_BIG(1009, "message too big"),
    INTERNAL(1011, "internal error"),
    RESTART(1012, "restart"),
    TOO_SLOW(1013, "too slow"),
    TRY_LATER(1013, "try again later"),
    BAD_MESSAGES(4400, "too many bad messages"),
    UNAUTHORIZED(4401, "token missing or expired"),
    AUTH_TIMEOUT(4408, "no auth in time"),
    TOO_MANY_MESSAGES(4429, "too many messages");

    private final short code;
    private final String reason;

    SocketClose(int code, String reason) {
        this.code = (short) code;
        this.reason = reason;
    }

    short code() {
        return code;
    }

    String reason() {
        return reason;
    }

    SocketViolation violation() {
        return new SocketViolation(this);
    }
}
