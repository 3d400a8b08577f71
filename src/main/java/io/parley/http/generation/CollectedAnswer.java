package io.parley.http.generation;

import io.parley.bus.AnswerSession;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.AnswerEvent.NativeData;
import io.parley.contract.AnswerEvent.Refusal;
import io.parley.contract.AnswerEvent.Thinking;
import io.parley.contract.AnswerEvent.ThinkingKind;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.Problem;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Collects an answer until its end, for clients that do not stream. Discards the events of failed attempts. */
public final class CollectedAnswer implements AnswerSession.Listener {

    /**
     * A completed answer.
     *
     * @param events all events in order, without {@code end}
     */
    public record Result(AnswerHandle handle, List<AnswerEvent> events, Completed end) {

        /** The provider's body as it came; empty if the answer was translated. */
        public Optional<Buffer> nativeBody() {
            Buffer body = Buffer.buffer();
            for (AnswerEvent event : events) {
                if (event instanceof NativeData(byte[] bytes)) {
                    body.appendBytes(bytes);
                }
            }
            return body.length() == 0 ? Optional.empty() : Optional.of(body);
        }

        /** Returns the concatenated text, without tool calls, reasoning and refusals. */
        public String text() {
            return concatenated(event -> event instanceof Delta(String text) ? text : "");
        }

        /** Returns the text with which the model refused to answer; empty if it did not. */
        public String refusal() {
            return concatenated(event -> event instanceof Refusal(String text) ? text : "");
        }

        /** Returns the readable reasoning. */
        public String thinking() {
            return concatenated(event ->
                    event instanceof Thinking(ThinkingKind kind, String text) && kind == ThinkingKind.TEXT ? text : "");
        }

        private String concatenated(Function<AnswerEvent, String> text) {
            StringBuilder all = new StringBuilder();
            events.forEach(event -> all.append(text.apply(event)));
            return all.toString();
        }
    }

    private final List<AnswerEvent> received = new ArrayList<>();
    private final Promise<Result> result = Promise.promise();
    private Optional<AnswerHandle> handle = Optional.empty();

    /** Completes with the whole answer; fails with its problem. */
    Future<Result> result() {
        return result.future();
    }

    @Override
    public void onOpened(AnswerHandle opened, int attempt) {
        handle = Optional.of(opened);
        received.clear();
    }

    @Override
    public Future<Void> onEvents(List<AnswerEvent> events) {
        if (events.getLast() instanceof Completed end) {
            received.addAll(events.subList(0, events.size() - 1));
            result.complete(new Result(handle.orElseThrow(), received, end));
        } else {
            received.addAll(events);
        }
        return Future.succeededFuture();
    }

    @Override
    public void onIdle() {}

    @Override
    public void onRestart(AnswerHandle broken, Failed failure) {}

    @Override
    public void onFailed(Problem problem, Usage usage) {
        result.fail(problem.toException());
    }

    @Override
    public boolean canRestart() {
        return true;
    }
}
