package io.parley.http.conversation;

import io.parley.bus.LogReader;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.StreamMessage.Batch;
import io.parley.http.stream.SseResponse;
import io.parley.http.stream.SseText;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Streams one run to one client. Sends no response head before the first batch, so a chat that fails before its first token gets
 * an ordinary error response.
 */
final class RunSseStream implements LogReader.Listener {

    private final RoutingContext ctx;
    private final SseResponse response;
    private final RunEventWriter writer;
    private final boolean fromStart;

    RunSseStream(RoutingContext ctx, SseResponse response, RunEventWriter writer, boolean fromStart) {
        this.ctx = ctx;
        this.response = response;
        this.writer = writer;
        this.fromStart = fromStart;
    }

    @Override
    public Future<Void> onBatch(Batch batch) {
        return response.opened() ? write(batch, Buffer.buffer()) : start(batch);
    }

    @Override
    public void onLost(Problem problem) {
        response.fail(ctx, problem, () -> writer.streamError(problem));
    }

    private Future<Void> start(Batch batch) {
        Optional<Problem> problem = fromStart ? earlyProblem(batch) : Optional.empty();
        if (problem.isPresent()) {
            ctx.fail(problem.get().toException());
            return Future.succeededFuture();
        }
        if (batch.end() && batch.events().isEmpty()) {
            return ctx.response()
                    .setStatusCode(204)
                    .end(); // no event will follow: EventSource stops reconnecting on 204
        }
        response.open();
        return write(batch, SseText.opening());
    }

    private Future<Void> write(Batch batch, Buffer out) {
        out.appendBuffer(writer.render(batch));
        if (batch.end()) {
            return response.end(out);
        }
        return out.length() == 0 ? Future.succeededFuture() : response.write(out);
    }

    /** Returns the problem of a chat that ended before the model had written anything. */
    private static Optional<Problem> earlyProblem(Batch batch) {
        boolean hasOutput = batch.events().stream().anyMatch(RunEvent.Fragment.class::isInstance);
        return !hasOutput && batch.end() && batch.events().getLast() instanceof RunEvent.Ended end
                ? end.problem()
                : Optional.empty();
    }
}
