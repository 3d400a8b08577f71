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
 * What goes out on one socket: messages, pings and at last the close frame. Cuts a client that takes nothing for too long, and
 * one that does not answer the close frame. Knows nothing of what messages say.
 */
final class SocketWriter {

    /** A little more than the library waits for the client's close frame. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final ServerWebSocket socket;
    private final Channel channel;
    private final WriteStallGuard guard;
    private boolean closing;

    /** @param slowClientTimeout how long a client may take nothing */
    SocketWriter(Vertx vertx, ServerWebSocket socket, Channel channel, Duration slowClientTimeout) {
        this.vertx = vertx;
        this.socket = socket;
        this.channel = channel;
        this.guard =
                new WriteStallGuard(Timers.of(vertx), channel, slowClientTimeout, () -> close(SocketClose.TOO_SLOW));
    }

    /** Says {@code message}; completes when the socket took it. */
    Future<Void> send(ObjectNode message) {
        return isClosed()
                ? Future.failedFuture("the socket is closed")
                : guard.watch(socket.writeTextMessage(JsonWriter.text(message)));
    }

    /** Asks the client for a sign of life. */
    void ping() {
        if (!isClosed()) {
            guard.watch(socket.writePing(Buffer.buffer()));
        }
    }

    /** Whether nothing more can be said. */
    boolean isClosed() {
        return closing || socket.isClosed();
    }

    /** Closes the socket, whether the client plays along or not. */
    void close(SocketClose reason) {
        if (!isClosed()) {
            closing = true;
            socket.close(reason.code(), reason.reason());
            vertx.setTimer(CLOSE_TIMEOUT.toMillis(), _ -> abort());
        }
    }

    /** Ends the connection without a word: a close frame would wait behind what the client does not take. */
    void abort() {
        closing = true;
        @Nullable ChannelHandlerContext firstHandler = channel.pipeline().firstContext();
        if (firstHandler != null) { // there is none left when the connection has ended
            var _ = firstHandler.close();
        }
    }
}
