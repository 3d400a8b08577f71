package io.parley.http.websocket;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.parley.bus.Timers;
import io.parley.http.server.WriteStallGuard;
import io.parley.json.JsonWriter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages, pings and the close frame of one socket. Closes the socket of a client that has stopped reading, and aborts the connection if
 * the client does not answer the close frame. Does not know the content of messages.
 */
final class SocketWriter {

    /** Slightly longer than Vert.x waits for the client's close frame. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final ServerWebSocket socket;
    private final Channel channel;
    private final WriteStallGuard guard;
    private boolean closing;

    /** @param slowClientTimeout how long a write may stall */
    SocketWriter(Vertx vertx, ServerWebSocket socket, Channel channel, Duration slowClientTimeout) {
        this.vertx = vertx;
        this.socket = socket;
        this.channel = channel;
        this.guard =
                new WriteStallGuard(Timers.of(vertx), channel, slowClientTimeout, () -> close(SocketClose.TOO_SLOW));
    }

    /** Sends {@code message}; completes when it is written to the socket. */
    Future<Void> send(ObjectNode message) {
        return isClosed()
                ? Future.failedFuture("the socket is closed")
                : guard.watch(socket.writeTextMessage(JsonWriter.text(message)));
    }

    void ping() {
        if (!isClosed()) {
            guard.watch(socket.writePing(Buffer.buffer()));
        }
    }

    /** Whether messages can no longer be sent. */
    boolean isClosed() {
        return closing || socket.isClosed();
    }

    /** Sends the close frame; aborts the connection if the client does not answer in time. */
    void close(SocketClose reason) {
        if (!isClosed()) {
            closing = true;
            socket.close(reason.code(), reason.reason());
            vertx.setTimer(CLOSE_TIMEOUT.toMillis(), _ -> abort());
        }
    }

    /** Ends the connection without a close frame, which would be queued after data that the client does not read. */
    void abort() {
        closing = true;
        @Nullable ChannelHandlerContext firstHandler = channel.pipeline().firstContext();
        if (firstHandler != null) { // null after the connection has ended
            var _ = firstHandler.close();
        }
    }
}
