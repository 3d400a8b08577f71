package io.parley.http.generation;

import io.parley.bus.AnswerSession;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.AnswerEvent.NativeData;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.Problem;
import io.parley.contract.Usage;
import io.parley.http.stream.SseResponse;
import io.parley.http.stream.SseText;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/**
 * Streams one answer to one client. Sends the response head with the first event, or after a long idle period: an answer that fails
 * before is sent as an ordinary problem. Writes events that arrive together in one buffer.
 */
final class SseAnswerStream implements AnswerSession.Listener {

    private final RoutingContext ctx;
    private final SseResponse response;
    private final AnswerEventWriter writer;
    private final GenerationRequest request;
    private Buffer pending = Buffer.buffer();
    private Optional<AnswerHandle> answer = Optional.empty();
    private boolean started;
    private boolean nativeAnswer;

    SseAnswerStream(RoutingContext ctx, SseResponse response, AnswerEventWriter writer, GenerationRequest request) {
        this.ctx = ctx;
        this.response = response;
        this.writer = writer;
        this.request = request;
    }

    @Override
    public void onOpened(AnswerHandle handle, int attempt) {
        if (!response.opened()) {
            GenerationHeaders.put(ctx.response(), handle, request);
        }
        answer = Optional.of(handle);
        if (attempt > 1) {
            writer.restart(pending, handle, attempt);
            started = true;
        }
    }

    @Override
    public Future<Void> onEvents(List<AnswerEvent> events) {
        boolean end = events.getLast().terminal();
        Buffer out = head();
        if (!started) {
            started = true;
            nativeAnswer = events.getFirst() instanceof NativeData;
            if (!nativeAnswer) {
                writer.start(pending, answer.orElseThrow());
            }
        }
        out.appendBuffer(pending);
        pending = Buffer.buffer();
        if (nativeAnswer) {
            events.forEach(event -> pass(out, event));
        } else {
            events.forEach(event -> writer.event(out, event));
        }
        if (end) {
            return writer.readyToEnd().compose(_ -> response.end(out));
        }
        return out.length() == 0 ? Future.succeededFuture() : response.write(out);
    }

    /** The provider's own bytes include the end of the answer. */
    private void pass(Buffer out, AnswerEvent event) {
        if (event instanceof NativeData(byte[] bytes)) {
            writer.passed(bytes);
            out.appendBytes(bytes);
        }
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
