package io.parley.http.server;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Closes connections on which no whole request head arrives in time, however slowly its bytes drip in. Knows nothing of bodies;
 * and while an answer is being given, a connection may be as silent as it likes.
 */
final class RequestHeadTimeouts {

    private final Vertx vertx;
    private final Duration timeout;
    private final Map<HttpConnection, Long> timers = new HashMap<>();

    RequestHeadTimeouts(Vertx vertx, Duration timeout) {
        this.vertx = vertx;
        this.timeout = timeout;
    }

    /** A connection was made. */
    void onConnect(HttpConnection connection) {
        connection.closeHandler(_ -> disarm(connection));
        arm(connection);
    }

    /** The head of a request is here. */
    void onHeadReceived(HttpServerRequest request) {
        disarm(request.connection());
    }

    /** It has been answered: its connection is watched again. */
    void onResponseEnd(HttpServerRequest request) {
        arm(request.connection());
    }

    private void arm(HttpConnection connection) {
        disarm(connection);
        timers.put(connection, vertx.setTimer(timeout.toMillis(), _ -> connection.close()));
    }

    private void disarm(HttpConnection connection) {
        Long timer = timers.remove(connection);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }
}
