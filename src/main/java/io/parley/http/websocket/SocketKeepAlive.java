package io.parley.http.websocket;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Pings one client periodically and aborts the connection if no frame arrives within the pong timeout. */
final class SocketKeepAlive {

    private final Vertx vertx;
    private final SocketWriter writer;
    private final Duration pongTimeout;
    private final LongSupplier nanos;
    private final long timer;
    private long lastActivityAt;

    /** @param pongTimeout maximum wait for a frame after a ping */
    SocketKeepAlive(Vertx vertx, SocketWriter writer, Duration heartbeat, Duration pongTimeout, LongSupplier nanos) {
        this.vertx = vertx;
        this.writer = writer;
        this.pongTimeout = pongTimeout;
        this.nanos = nanos;
        this.lastActivityAt = nanos.getAsLong();
        this.timer = vertx.setPeriodic(heartbeat.toMillis(), _ -> ping());
    }

    /** Called for every frame that the client sends. */
    void onActivity() {
        lastActivityAt = nanos.getAsLong();
    }

    void stop() {
        vertx.cancelTimer(timer);
    }

    private void ping() {
        long pingedAt = nanos.getAsLong();
        writer.ping();
        vertx.setTimer(pongTimeout.toMillis(), _ -> {
            if (lastActivityAt - pingedAt < 0 && !writer.isClosed()) {
                writer.abort();
            }
        });
    }
}
