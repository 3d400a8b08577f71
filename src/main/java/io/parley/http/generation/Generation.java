package io.parley.http.generation;

import io.parley.bus.AnswerSession;
import io.parley.bus.Bus;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.Problem;
import io.parley.contract.RequestContext;
import io.parley.contract.Usage;
import io.parley.http.stream.OpenStream;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One question on its way through the gateway, and its answer on the way back to one client: tells the client's listener of silence
 * also while nobody answers yet, and what all attempts together have cost. Does not know how anything is written.
 */
final class Generation implements OpenStream, AnswerSession.Listener {

    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final StreamTimeouts timeouts;
    private final AnswerSession.Listener client;
    private final AnswerSession session;
    private long timer = NO_TIMER;

    /** @param id of the first call; those of later attempts are made from it */
    Generation(
            Vertx vertx,
            Bus bus,
            StreamTimeouts timeouts,
            RequestContext requestContext,
            String id,
            GenerationRequest request,
            AnswerSession.Listener client) {
        this.vertx = vertx;
        this.timeouts = timeouts;
        this.client = client;
        Open open = new Open(id, requestContext, request.selection(), request.prompt(), request.options());
        this.session = new AnswerSession(bus, open, 1, timeouts.heartbeat(), this);
    }

    /** Ask. */
    void start() {
        startIdleTimer(timeouts.commitAfter());
        session.done().onComplete(_ -> stopIdleTimer());
        session.start();
    }

    /** The client has gone: the vendor is let go at once, in whatever stage it is; the listener is not told. */
    void cancel() {
        session.close();
    }

    @Override
    public void abort(Problem problem) {
        session.abort(problem);
    }

    @Override
    public Future<Void> completion() {
        return session.done();
    }

    @Override
    public void onOpened(AnswerHandle handle, int attempt) {
        stopIdleTimer();
        client.onOpened(handle, attempt);
    }

    /** What broken attempts have cost is part of what the answer has cost. */
    @Override
    public Future<Void> onEvents(List<AnswerEvent> events) {
        if (!(events.getLast() instanceof Completed completed)) {
            return client.onEvents(events);
        }
        List<AnswerEvent> said = new ArrayList<>(events);
        said.set(
                said.size() - 1,
                new Completed(completed.reason(), session.lostUsage().plus(completed.usage()), completed.model()));
        return client.onEvents(said);
    }

    @Override
    public void onIdle() {
        client.onIdle();
    }

    @Override
    public void onRestart(AnswerHandle broken, Failed failure) {
        startIdleTimer(timeouts.heartbeat());
        client.onRestart(broken, failure);
    }

    @Override
    public void onFailed(Problem problem, Usage usage) {
        stopIdleTimer();
        client.onFailed(problem, usage);
    }

    @Override
    public boolean canRestart() {
        return client.canRestart();
    }

    private void startIdleTimer(Duration delay) {
        timer = vertx.setTimer(delay.toMillis(), _ -> {
            startIdleTimer(timeouts.heartbeat());
            client.onIdle();
        });
    }

    private void stopIdleTimer() {
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
            timer = NO_TIMER;
        }
    }
}
