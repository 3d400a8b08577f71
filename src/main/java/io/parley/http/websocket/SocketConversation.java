package io.parley.http.websocket;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.LogReader;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.Batch;
import io.vertx.core.Future;

/** One conversation's way down a socket that it shares with others: what comes next is asked for when the last was taken. */
final class SocketConversation implements LogReader.Listener {

    private final SocketWriter writer;
    private final SocketEvents frames;
    private final Runnable onEnd;

    /** @param onEnd is run when nothing more will come */
    SocketConversation(SocketWriter writer, SocketEvents frames, Runnable onEnd) {
        this.writer = writer;
        this.frames = frames;
        this.onEnd = onEnd;
    }

    @Override
    public Future<Void> onBatch(Batch batch) {
        Future<Void> taken = Future.succeededFuture();
        for (ObjectNode frame : frames.render(batch)) {
            taken = writer.send(frame);
        }
        if (batch.end()) {
            onEnd.run();
        }
        return taken;
    }

    @Override
    public void onLost(Problem problem) {
        writer.send(frames.streamError(problem));
        onEnd.run();
    }
}
