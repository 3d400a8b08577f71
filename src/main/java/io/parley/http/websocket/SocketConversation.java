package io.parley.http.websocket;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.LogReader;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.Batch;
import io.vertx.core.Future;

/** Writes one conversation to a socket that it shares with others. Requests the next batch when the previous one is written. */
final class SocketConversation implements LogReader.Listener {

    private final SocketWriter writer;
    private final SocketEvents frames;
    private final Runnable onEnd;

    /** @param onEnd runs after the last event */
    SocketConversation(SocketWriter writer, SocketEvents frames, Runnable onEnd) {
        this.writer = writer;
        this.frames = frames;
        this.onEnd = onEnd;
    }

    @Override
    public Future<Void> onBatch(Batch batch) {
        Future<Void> written = Future.succeededFuture();
        for (ObjectNode frame : frames.render(batch)) {
            written = writer.send(frame);
        }
        if (batch.end()) {
            onEnd.run();
        }
        return written;
    }

    @Override
    public void onLost(Problem problem) {
        writer.send(frames.streamError(problem));
        onEnd.run();
    }
}
