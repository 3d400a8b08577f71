package io.parley.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.parley.bus.Timers;
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
    private static final Duration GOODBYE = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final ServerWebSocket socket;
    private final Channel channel;
    private final WriteStallGuard guard;
    private boolean closing;

    /** @param slowReader how long a client may take nothing */
    SocketWriter(Vertx vertx, ServerWebSocket socket, Channel channel, Duration slowReader) {
        this.vertx = vertx;
        this.socket = socket;
        this.channel = channel;
        this.guard = new WriteStallGuard(Timers.of(vertx), channel, slowReader, () -> close(SocketClose.TOO_SLOW));
    }

    /** Says {@code message}; completes when the socket took it. */
    Future<Void> say(ObjectNode message) {
        return gone()
                ? Future.failedFuture("the socket is closed")
                : guard.watch(socket.writeTextMessage(JsonWriter.text(message)));
    }

    /** Asks the client for a sign of life. */
    void ping() {
        if (!gone()) {
            guard.watch(socket.writePing(Buffer.buffer()));
        }
    }

    /** Whether nothing more can be said. */
    boolean gone() {
        return closing || socket.isClosed();
    }

    /** Closes the socket, whether the client plays along or not. */
    void close(SocketClose why) {
        if (!gone()) {
            closing = true;
            socket.close(why.code(), why.reason());
            vertx.setTimer(GOODBYE.toMillis(), _ -> cut());
        }
    }

    /** Ends the connection without a word: a close frame would wait behind what the client does not take. */
    void cut() {
        closing = true;
        @Nullable ChannelHandlerContext outermost = channel.pipeline().firstContext();
        if (outermost != null) { // there is none left when the connection has ended
            var _ = outermost.close();
        }
    }
}
