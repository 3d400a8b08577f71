package io.parley.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;

/** Cuts connections whose client takes nothing of what it asked for. */
final class SlowReader {

    private final Vertx vertx;
    private final Duration patience;

    SlowReader(Vertx vertx, Duration patience) {
        this.vertx = vertx;
        this.patience = patience;
    }

    /** Give {@code write} its time to reach the socket. */
    Future<Void> watch(HttpConnection connection, Future<Void> write) {
        if (!write.isComplete()) {
            long timer = vertx.setTimer(patience.toMillis(), _ -> cut(connection));
            write.onComplete(_ -> vertx.cancelTimer(timer));
        }
        return write;
    }

    /** An ordinary close would first wait for the very bytes that nobody takes. */
    private static void cut(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            var _ = base.channel().close();
        } else {
            connection.close();
        }
    }
}
