package io.parley.http;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Pings a client now and then, and notices when it has gone without a word. */
final class SocketKeepAlive {

    private final Vertx vertx;
    private final SocketWriter out;
    private final Duration patience;
    private final LongSupplier nanos;
    private final long pings;
    private long heardAt;

    /** @param patience how long an answer may take */
    SocketKeepAlive(Vertx vertx, SocketWriter out, Duration heartbeat, Duration patience, LongSupplier nanos) {
        this.vertx = vertx;
        this.out = out;
        this.patience = patience;
        this.nanos = nanos;
        this.heardAt = nanos.getAsLong();
        this.pings = vertx.setPeriodic(heartbeat.toMillis(), _ -> beat());
    }

    /** The client has sent something, whatever it is. */
    void heard() {
        heardAt = nanos.getAsLong();
    }

    void stop() {
        vertx.cancelTimer(pings);
    }

    private void beat() {
        long asked = nanos.getAsLong();
        out.ping();
        vertx.setTimer(patience.toMillis(), _ -> {
            if (heardAt - asked < 0 && !out.gone()) {
                out.cut();
            }
        });
    }
}
