package io.parley.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What comes in on one socket: hands whole messages to the session, one after the other, and closes on whoever breaks the rules. */
final class SocketReader {

    private static final Logger LOG = LoggerFactory.getLogger(SocketReader.class);

    private final ServerWebSocket socket;
    private final FrameAssembler gate;
    private final SocketKeepAlive pulse;
    private final SocketWriter out;
    private final SocketSession session;

    SocketReader(ServerWebSocket socket, FrameAssembler gate, SocketKeepAlive pulse, SocketWriter out, SocketSession session) {
        this.socket = socket;
        this.gate = gate;
        this.pulse = pulse;
        this.out = out;
        this.session = session;
    }

    void take(WebSocketFrame frame) {
        pulse.heard();
        if (out.gone()) {
            return;
        }
        try {
            gate.accept(frame.type(), frame.binaryData(), frame.isFinal()).ifPresent(this::serve);
        } catch (SocketViolation broken) {
            out.close(broken.close());
        } catch (RuntimeException e) {
            LOG.error("a message could not be served", e);
            out.close(SocketClose.INTERNAL);
        }
    }

    /** Nothing is read while a message holds up those behind it. */
    private void serve(Buffer message) {
        Future<Void> served = session.take(message);
        if (!served.isComplete()) {
            socket.pause();
            served.onComplete(_ -> socket.resume());
        }
    }
}
