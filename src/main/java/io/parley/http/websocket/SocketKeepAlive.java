package io.parley.http.websocket;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Pings a client now and then, and notices when it has gone without a word. */
final class SocketKeepAlive {

    private final Vertx vertx;
    private final SocketWriter writer;
    private final Duration pongTimeout;
    private final LongSupplier nanos;
    private final long timer;
    private long lastActivityAt;

    /** @param pongTimeout how long an answer may take */
    SocketKeepAlive(Vertx vertx, SocketWriter writer, Duration heartbeat, Duration pongTimeout, LongSupplier nanos) {
        this.vertx = vertx;
        this.writer = writer;
        this.pongTimeout = pongTimeout;
        this.nanos = nanos;
        this.lastActivityAt = nanos.getAsLong();
        this.timer = vertx.setPeriodic(heartbeat.toMillis(), _ -> ping());
    }

    /** The client has sent something, whatever it is. */
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
