package io.parley.http.generation;

import io.parley.bus.AnswerSession;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
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
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Streams several answers to one client. Listens to the first call: if its answer is passed on as it is, it has all choices and is the
 * only one. Otherwise each further choice gets a call of its own, and all of them are written as they arrive.
 */
final class ChoicesStream implements AnswerSession.Listener {

    private final RoutingContext ctx;
    private final SseResponse response;
    private final ChoicesWriter writer;
    private final GenerationRequest request;
    private final BiConsumer<GenerationRequest, AnswerSession.Listener> calls;
    private final Runnable stop;
    private AnswerSession.Listener first;
    private Optional<AnswerHandle> handle = Optional.empty();
    private Usage usage = Usage.NONE;
    private int unfinished;
    private boolean failed;

    /**
     * @param calls starts a call with its listener
     * @param stop cancels all calls
     */
    ChoicesStream(
            RoutingContext ctx,
            SseResponse response,
            ChoicesWriter writer,
            GenerationRequest request,
            BiConsumer<GenerationRequest, AnswerSession.Listener> calls,
            Runnable stop) {
        this.ctx = ctx;
        this.response = response;
        this.writer = writer;
        this.request = request;
        this.calls = calls;
        this.stop = stop;
        this.first = new SseAnswerStream(ctx, response, writer, request);
    }

    @Override
    public void onOpened(AnswerHandle opened, int attempt) {
        if (opened.nativeFormat().isEmpty()) {
            if (!response.opened()) {
                GenerationHeaders.put(ctx.response(), opened, request);
            }
            handle = Optional.of(opened);
            unfinished = request.choices();
            first = new ChoiceListener(writer.choice(0));
            for (int i = 1; i < request.choices(); i++) {
                calls.accept(request.repetition(i), new ChoiceListener(writer.choice(i)));
            }
        }
        first.onOpened(opened, attempt);
    }

    @Override
    public Future<Void> onEvents(List<AnswerEvent> events) {
        return first.onEvents(events);
    }

    @Override
    public void onIdle() {
        first.onIdle();
    }

    @Override
    public void onRestart(AnswerHandle broken, Failed failure) {}

    @Override
    public void onFailed(Problem problem, Usage lost) {
        first.onFailed(problem, lost);
    }

    @Override
    public boolean canRestart() {
        return false;
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

    private Future<Void> end(Buffer out, Usage ofChoice) {
        usage = usage.plus(ofChoice);
        unfinished--;
        if (unfinished > 0) {
            return response.write(out);
        }
        writer.end(out, handle.orElseThrow(), usage);
        return writer.readyToEnd().compose(_ -> response.end(out));
    }

    private void fail(Problem problem, Usage lost) {
        if (!failed) { // the first failure is the one that the client gets
            failed = true;
            stop.run();
            response.fail(ctx, problem, () -> {
                Buffer out = Buffer.buffer();
                writer.failed(out, problem, usage.plus(lost));
                return out;
            });
        }
    }

    /** Listens to the call for one choice. */
    private final class ChoiceListener implements AnswerSession.Listener {
        private final ChoicesWriter.Choice choice;
        private Optional<AnswerHandle> opened = Optional.empty();
        private boolean started;

        private ChoiceListener(ChoicesWriter.Choice choice) {
            this.choice = choice;
        }

        @Override
        public void onOpened(AnswerHandle answer, int attempt) {
            opened = Optional.of(answer);
        }

        @Override
        public Future<Void> onEvents(List<AnswerEvent> events) {
            Buffer out = head();
            if (!started) {
                started = true;
                choice.start(out, opened.orElseThrow());
            }
            events.forEach(event -> choice.event(out, event));
            if (events.getLast() instanceof Completed completed) {
                return end(out, completed.usage());
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
        public void onFailed(Problem problem, Usage lost) {
            fail(problem, lost);
        }

        @Override
        public boolean canRestart() {
            return false;
        }
    }
}
