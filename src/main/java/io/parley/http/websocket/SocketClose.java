package io.parley.http.websocket;

/** Lists the reasons why the server closes a WebSocket, with close code and reason text. The text never contains client data. */
enum SocketClose {
    BINARY(1003, "only text messages are supported"),
    NOT_UTF8(1007, "invalid UTF-8"),
    POLICY(1008, "too many frames"),
    TOO_BIG(1009, "message too big"),
    INTERNAL(1011, "internal error"),
    RESTART(1012, "server restart"),
    TOO_SLOW(1013, "client too slow"),
    TRY_LATER(1013, "try again later"),
    BAD_MESSAGES(4400, "too many invalid messages"),
    UNAUTHORIZED(4401, "token missing or expired"),
    AUTH_TIMEOUT(4408, "not authenticated in time"),
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
