package io.parley.http;

import io.parley.bus.Timers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;

/** Cuts connections whose client takes nothing of what it asked for, and counts them. */
final class SlowClientGuards {

    private final Timers timers;
    private final Duration patience;
    private long slow;
    private long cut;

    SlowClientGuards(Vertx vertx, Duration patience) {
        this.timers = Timers.of(vertx);
        this.patience = patience;
    }

    /** The guard of everything that is written for one request on {@code connection}. */
    WriteStallGuard guard(HttpConnection connection) {
        ConnectionBase base = (ConnectionBase) connection;
        return new WriteStallGuard(timers, base.channel(), patience, new Cutter(base));
    }

    /** Give {@code write} its time to reach the socket. */
    Future<Void> watch(HttpConnection connection, Future<Void> write) {
        return write.isComplete() ? write : guard(connection).watch(write);
    }

    /** How many writes wait for their client. */
    long slow() {
        return slow;
    }

    /** How many connections were cut. */
    long cut() {
        return cut;
    }

    private final class Cutter implements WriteStallGuard.Listener {
        private final ConnectionBase connection;

        private Cutter(ConnectionBase connection) {
            this.connection = connection;
        }

        @Override
        public void onPending(int change) {
            slow += change;
        }

        /** An ordinary close would first wait for the very bytes that nobody takes. */
        @Override
        public void onStalled() {
            cut++;
            var _ = connection.channelHandlerContext().close();
        }
    }
}
