package io.parley.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Cuts connections whose client takes nothing of what it asked for; one that takes it slowly has all the time it needs. */
final class SlowReader {

    private final Vertx vertx;
    private final Duration patience;
    private long slow;
    private long cut;

    /** What waits to be sent on a connection, and how much of its first piece has been. */
    private record Waiting(long bytes, long sent) {}

    SlowReader(Vertx vertx, Duration patience) {
        this.vertx = vertx;
        this.patience = patience;
    }

    /** Give {@code write} its time to reach the socket. */
    Future<Void> watch(HttpConnection connection, Future<Void> write) {
        if (!write.isComplete() && connection instanceof ConnectionBase base) {
            slow++;
            write.onComplete(_ -> slow--);
            look(base, write, waiting(base.channel()));
        }
        return write;
    }

    /** How many writes wait for their client. */
    long slow() {
        return slow;
    }

    /** How many connections were cut. */
    long cut() {
        return cut;
    }

    private void look(ConnectionBase connection, Future<Void> write, Waiting before) {
        long timer = vertx.setTimer(patience.toMillis(), _ -> {
            Waiting now = waiting(connection.channel());
            if (now.equals(before)) {
                cut++;
                cut(connection);
            } else {
                look(connection, write, now);
            }
        });
        write.onComplete(_ -> vertx.cancelTimer(timer));
    }

    private static Waiting waiting(Channel channel) {
        @Nullable ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null
                ? new Waiting(0, 0)
                : new Waiting(buffer.totalPendingWriteBytes(), buffer.currentProgress());
    }

    /** An ordinary close would first wait for the very bytes that nobody takes. */
    private static void cut(ConnectionBase connection) {
        var _ = connection.channelHandlerContext().close();
    }
}
