package io.parley.http.generation;

import io.parley.bus.AnswerSession;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.Problem;
import io.parley.contract.Usage;
import io.parley.http.stream.SseResponse;
import io.parley.http.stream.SseText;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * Streams one answer to one client. Sends the response head with the first event, or after a long idle period: an answer that fails
 * before is sent as an ordinary problem. Writes events that arrive together in one buffer.
 */
final class SseAnswerStream implements AnswerSession.Listener {

    private final RoutingContext ctx;
    private final SseResponse response;
    private final AnswerEventWriter writer;
    private Buffer pending = Buffer.buffer();

    SseAnswerStream(RoutingContext ctx, SseResponse response, AnswerEventWriter writer) {
        this.ctx = ctx;
        this.response = response;
        this.writer = writer;
    }

    @Override
    public void onOpened(AnswerHandle handle, int attempt) {
        if (!response.opened()) {
            GenerationHeaders.put(ctx.response(), handle);
        }
        if (attempt == 1) {
            writer.start(pending, handle);
        } else {
            writer.restart(pending, handle, attempt);
        }
    }

    @Override
    public Future<Void> onEvents(List<AnswerEvent> events) {
        boolean end = events.getLast().terminal();
        Buffer out = head();
        out.appendBuffer(pending);
        pending = Buffer.buffer();
        events.forEach(event -> writer.event(out, event));
        if (end) {
            return writer.readyToEnd().compose(_ -> response.end(out));
        }
        return out.length() == 0 ? Future.succeededFuture() : response.write(out);
    }

    @Override
    public void onIdle() {
        response.write(head().appendString(SseText.KEEPALIVE));
    }

    @Override
    public void onRestart(AnswerHandle broken, Failed failure) {}

    @Override
    public void onFailed(Problem problem, Usage usage) {
        response.fail(ctx, problem, () -> {
            Buffer out = Buffer.buffer();
            writer.failed(out, problem, usage);
            return out;
        });
    }

    @Override
    public boolean canRestart() {
        return writer.supportsReset();
    }

    /** Returns a buffer to write to. The first call also opens the response and writes the preamble. */
    private Buffer head() {
        Buffer out = Buffer.buffer();
        if (!response.opened()) {
            response.open();
            writer.preamble(out);
        }
        return out;
    }
}
