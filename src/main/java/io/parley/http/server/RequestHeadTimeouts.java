package io.parley.http.server;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Closes connections on which no complete request head arrives in time; single bytes do not extend the time. Does not limit bodies,
 * nor connections whose response is being written.
 */
final class RequestHeadTimeouts {

    private final Vertx vertx;
    private final Duration timeout;
    private final Map<HttpConnection, Long> timers = new HashMap<>();

    RequestHeadTimeouts(Vertx vertx, Duration timeout) {
        this.vertx = vertx;
        this.timeout = timeout;
    }

    /** Starts the timeout of a new connection. */
    void onConnect(HttpConnection connection) {
        connection.closeHandler(_ -> disarm(connection));
        arm(connection);
    }

    /** Stops the timeout: the head of {@code request} is complete. */
    void onHeadReceived(HttpServerRequest request) {
        disarm(request.connection());
    }

    /** Starts the timeout for the next request on the same connection. */
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
