package io.parley.http.websocket;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the frames of one socket, passes complete messages to the session one at a time, and closes the socket on violations. */
final class SocketReader {

    private static final Logger LOG = LoggerFactory.getLogger(SocketReader.class);

    private final ServerWebSocket socket;
    private final FrameAssembler assembler;
    private final SocketKeepAlive keepAlive;
    private final SocketWriter writer;
    private final SocketSession session;

    SocketReader(
            ServerWebSocket socket,
            FrameAssembler assembler,
            SocketKeepAlive keepAlive,
            SocketWriter writer,
            SocketSession session) {
        this.socket = socket;
        this.assembler = assembler;
        this.keepAlive = keepAlive;
        this.writer = writer;
        this.session = session;
    }

    void onFrame(WebSocketFrame frame) {
        keepAlive.onActivity();
        if (writer.isClosed()) {
            return;
        }
        try {
            assembler.accept(frame.type(), frame.binaryData(), frame.isFinal()).ifPresent(this::dispatch);
        } catch (SocketViolation violation) {
            writer.close(violation.close());
        } catch (RuntimeException e) {
            LOG.error("WebSocket message handling failed", e);
            writer.close(SocketClose.INTERNAL);
        }
    }

    /** Pauses the socket until the message is handled. */
    private void dispatch(Buffer message) {
        Future<Void> handled = session.handle(message);
        if (!handled.isComplete()) {
            socket.pause();
            handled.onComplete(_ -> socket.resume());
        }
    }
}
