package io.parley.http.server;

import io.parley.bus.Timers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;

/** Closes connections whose client has stopped reading, and counts them. */
public final class SlowClientGuards {

    private final Timers timers;
    private final Duration timeout;
    private long pendingWrites;
    private long closed;

    public SlowClientGuards(Vertx vertx, Duration timeout) {
        this.timers = Timers.of(vertx);
        this.timeout = timeout;
    }

    /** Returns a guard for all writes of one response on {@code connection}. */
    public WriteStallGuard guard(HttpConnection connection) {
        ConnectionBase base = (ConnectionBase) connection;
        return new WriteStallGuard(timers, base.channel(), timeout, new StalledConnection(base));
    }

    /** Closes {@code connection} if {@code write} makes no progress in time. */
    public Future<Void> watch(HttpConnection connection, Future<Void> write) {
        return write.isComplete() ? write : guard(connection).watch(write);
    }

    /** Returns the number of writes that wait for their client. */
    public long pendingWrites() {
        return pendingWrites;
    }

    /** Returns the number of connections closed because their client stopped reading. */
    public long closed() {
        return closed;
    }

    private final class StalledConnection implements WriteStallGuard.Listener {
        private final ConnectionBase connection;

        private StalledConnection(ConnectionBase connection) {
            this.connection = connection;
        }

        @Override
        public void onPending(int change) {
            pendingWrites += change;
        }

        /** Closes the channel itself: {@code connection.close()} would first wait for the bytes that the client does not read. */
        @Override
        public void onStalled() {
            closed++;
            var _ = connection.channelHandlerContext().close();
        }
    }
}
