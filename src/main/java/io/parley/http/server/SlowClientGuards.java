package io.parley.http.server;

import io.parley.bus.Timers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;

/** Cuts connections whose client takes nothing of what it asked for, and counts them. */
public final class SlowClientGuards {

    private final Timers timers;
    private final Duration timeout;
    private long pendingWrites;
    private long closed;

    public SlowClientGuards(Vertx vertx, Duration timeout) {
        this.timers = Timers.of(vertx);
        this.timeout = timeout;
    }

    /** The guard of everything that is written for one request on {@code connection}. */
    public WriteStallGuard guard(HttpConnection connection) {
        ConnectionBase base = (ConnectionBase) connection;
        return new WriteStallGuard(timers, base.channel(), timeout, new Cutter(base));
    }

    /** Give {@code write} its time to reach the socket. */
    public Future<Void> watch(HttpConnection connection, Future<Void> write) {
        return write.isComplete() ? write : guard(connection).watch(write);
    }

    /** How many writes wait for their client. */
    public long pendingWrites() {
        return pendingWrites;
    }

    /** How many connections were cut. */
    public long closed() {
        return closed;
    }

    private final class Cutter implements WriteStallGuard.Listener {
        private final ConnectionBase connection;

        private Cutter(ConnectionBase connection) {
            this.connection = connection;
        }

        @Override
        public void onPending(int change) {
            pendingWrites += change;
        }

        /** An ordinary close would first wait for the very bytes that nobody takes. */
        @Override
        public void onStalled() {
            closed++;
            var _ = connection.channelHandlerContext().close();
        }
    }
}
