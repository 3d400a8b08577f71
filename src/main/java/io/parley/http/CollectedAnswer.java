package io.parley.http;

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
final class CollectedAnswer implements AnswerSession.Listener {

    /**
     * An answer that came to its own end.
     *
     * @param said all that was said, in order, without the end
     */
    record Result(AnswerHandle by, List<AnswerEvent> said, Completed end) {

        /** The text alone. */
        String text() {
            StringBuilder text = new StringBuilder();
            for (AnswerEvent event : said) {
                if (event instanceof Delta delta) {
                    text.append(delta.text());
                }
            }
            return text.toString();
        }
    }

    private final List<AnswerEvent> said = new ArrayList<>();
    private final Promise<Result> whole = Promise.promise();
    private Optional<AnswerHandle> by = Optional.empty();

    /** Completes with the end; fails with the problem that there was instead. */
    Future<Result> whole() {
        return whole.future();
    }

    @Override
    public void onOpened(AnswerHandle now, int attempt) {
        by = Optional.of(now);
        said.clear();
    }

    @Override
    public Future<Void> onEvents(List<AnswerEvent> events) {
        if (events.getLast() instanceof Completed end) {
            said.addAll(events.subList(0, events.size() - 1));
            whole.complete(new Result(by.orElseThrow(), said, end));
        } else {
            said.addAll(events);
        }
        return Future.succeededFuture();
    }

    @Override
    public void onIdle() {}

    @Override
    public void onRestart(AnswerHandle broken, Failed failure) {}

    @Override
    public void onFailed(Problem problem, Usage usage) {
        whole.fail(problem.toException());
    }

    @Override
    public boolean canRestart() {
        return true;
    }
}
