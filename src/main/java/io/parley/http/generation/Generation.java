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
 * Runs one generation request through the gateway for one client. Reports idle periods also before a provider answers, and the usage
 * of all attempts. Does not know the wire format.
 */
final class Generation implements OpenStream, AnswerSession.Listener {

    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final StreamTimeouts timeouts;
    private final GenerationRequest request;
    private final AnswerSession.Listener client;
    private final AnswerSession session;
    private long timer = NO_TIMER;

    /** @param id of the first call; the ids of later attempts are derived from it */
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
        this.request = request;
        this.client = client;
        Open open = new Open(
                id, requestContext, request.selection(), request.prompt(), request.options(), request.nativeRequest());
        this.session = new AnswerSession(bus, open, 1, timeouts.heartbeat(), this);
    }

    void start() {
        startIdleTimer(timeouts.commitAfter());
        session.done().onComplete(_ -> stopIdleTimer());
        session.start();
    }

    /** Cancels the provider call in any phase, because the client has disconnected. The listener gets no further call. */
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

    /** Adds the usage of failed attempts to that of the answer. */
    @Override
    public Future<Void> onEvents(List<AnswerEvent> events) {
        if (!(events.getLast() instanceof Completed completed)) {
            return client.onEvents(events);
        }
        List<AnswerEvent> adjusted = new ArrayList<>(events);
        adjusted.set(
                adjusted.size() - 1, completed.withUsage(session.lostUsage().plus(completed.usage())));
        return client.onEvents(adjusted);
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
        client.onFailed(request.clientFields().named(problem, request.nativeRequest()), usage);
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
