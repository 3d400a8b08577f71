package io.parley.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.LogReader;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.Batch;
import io.vertx.core.Future;

/** One conversation's way down a socket that it shares with others: what comes next is asked for when the last was taken. */
final class SocketConversation implements LogReader.Listener {

    private final SocketWriter out;
    private final SocketEvents frames;
    private final Runnable ended;

    /** @param ended is run when nothing more will come */
    SocketConversation(SocketWriter out, SocketEvents frames, Runnable ended) {
        this.out = out;
        this.frames = frames;
        this.ended = ended;
    }

    @Override
    public Future<Void> onBatch(Batch batch) {
        Future<Void> taken = Future.succeededFuture();
        for (ObjectNode frame : frames.render(batch)) {
            taken = out.say(frame);
        }
        if (batch.end()) {
            ended.run();
        }
        return taken;
    }

    @Override
    public void onLost(Problem problem) {
        out.say(frames.lost(problem));
        ended.run();
    }
}
