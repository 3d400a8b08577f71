package io.parley.http.generation;

import io.parley.bus.AnswerSession;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.Problem;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Listens to an answer to its end, for clients that want it in one piece. Forgets what broke. */
public final class CollectedAnswer implements AnswerSession.Listener {

    /**
     * An answer that came to its own end.
     *
     * @param events all that was said, in order, without the end
     */
    public record Result(AnswerHandle handle, List<AnswerEvent> events, Completed end) {

        /** The text alone. */
        public String text() {
            StringBuilder text = new StringBuilder();
            for (AnswerEvent event : events) {
                if (event instanceof Delta delta) {
                    text.append(delta.text());
                }
            }
            return text.toString();
        }
    }

    private final List<AnswerEvent> received = new ArrayList<>();
    private final Promise<Result> result = Promise.promise();
    private Optional<AnswerHandle> handle = Optional.empty();

    /** Completes with the end; fails with the problem that there was instead. */
    Future<Result> result() {
        return result.future();
    }

    @Override
    public void onOpened(AnswerHandle now, int attempt) {
        handle = Optional.of(now);
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
