package io.parley.bus;

import io.parley.contract.Addresses;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.StreamMessage.Cancel;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Has one request answered by the gateway: opens the answer, reads it, and restarts it with another provider when it breaks in the
 * middle. Does not know what becomes of the events.
 */
public final class AnswerSession {

    /** Longer than anything that the gateway does: it has deadlines of its own. */
    private static final Duration OPEN_TIMEOUT = Duration.ofHours(1);

    /** Receives the answer. */
    public interface Listener {

        /** An attempt has begun; whatever an earlier one said is void. */
        void onOpened(AnswerHandle handle, int attempt);

        /** Handles events, none of them {@link Failed}; as in {@link LogReader.Listener}, but a failed future cancels the answer. */
        Future<Void> onEvents(List<AnswerEvent> events);

        /** The answer was silent for a while. */
        void onIdle();

        /** The running attempt broke and another provider is asked; if there is none, {@link #onFailed} follows. */
        void onRestart(AnswerHandle broken, Failed failure);

        /** The answer has failed; {@code usage} is that of all attempts. */
        void onFailed(Problem problem, Usage usage);

        /** Whether what was said so far can be declared void. */
        boolean canRestart();
    }

    private final Bus bus;
    private final RestartPolicy attempts;
    private final Duration maxWait;
    private final Listener listener;
    private final Promise<Void> done = Promise.promise();
    private Usage lostUsage = Usage.NONE;
    private Optional<LogReader> reader = Optional.empty();
    private boolean cancelled;
    private boolean ended;

    /** @param maxWait how long the answer may be silent before the listener is told */
    public AnswerSession(Bus bus, Open request, int firstAttempt, Duration maxWait, Listener listener) {
        this.bus = bus;
        this.attempts = new RestartPolicy(request, firstAttempt);
        this.maxWait = maxWait;
        this.listener = listener;
    }

    /** Opens the answer. */
    public void start() {
        open().onSuccess(this::opened).onFailure(cause -> fail(Problem.of(cause)));
    }

    /** Cancels the provider call at once, in whatever stage it is. The listener still hears how the answer ends. */
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            reader.ifPresentOrElse(
                    LogReader::cancel, () -> bus.request(Addresses.GATEWAY_CANCEL, new Cancel(attempts.callId())));
        }
    }

    /** Cancels the provider call at once and tells the listener nothing more. */
    public void close() {
        if (!ended) {
            cancel();
            end();
        }
    }

    /** Cancels the provider call at once and tells the listener why. */
    public void abort(Problem problem) {
        if (!ended) {
            cancel();
            fail(problem);
        }
    }

    /** Completes when the listener will hear nothing more. */
    public Future<Void> done() {
        return done.future();
    }

    /** What the attempts that broke have used. */
    public Usage lostUsage() {
        return lostUsage;
    }

    private Future<AnswerHandle> open() {
        return bus.request(Addresses.GATEWAY_OPEN, attempts.request(), OPEN_TIMEOUT);
    }

    private void opened(AnswerHandle handle) {
        LogReader next = new LogReader(bus, handle.stream(), maxWait, new AttemptListener(handle));
        reader = Optional.of(next);
        if (cancelled) {
            next.cancel();
        }
        if (!ended) {
            listener.onOpened(handle, attempts.attempt());
            next.start(Cursor.START);
        }
    }

    /** One that no other provider takes stays as broken as it is. */
    private void broken(AnswerHandle handle, Failed failure) {
        if (ended) {
            return;
        }
        lostUsage = lostUsage.plus(failure.usage());
        if (cancelled || !attempts.allows(failure.problem()) || !listener.canRestart()) {
            fail(failure.problem());
            return;
        }
        attempts.next(handle);
        reader = Optional.empty();
        listener.onRestart(handle, failure);
        open().onSuccess(this::opened).onFailure(_ -> fail(failure.problem()));
    }

    private void fail(Problem problem) {
        if (!ended) {
            ended = true;
            listener.onFailed(problem, lostUsage);
            end();
        }
    }

    private void end() {
        ended = true;
        reader.ifPresent(LogReader::stop);
        done.tryComplete();
    }

    /** Reads one attempt. */
    private final class AttemptListener implements LogReader.Listener {
        private final AnswerHandle handle;

        private AttemptListener(AnswerHandle handle) {
            this.handle = handle;
        }

        @Override
        public Future<Void> onBatch(Batch batch) {
            if (batch.events().isEmpty() && !batch.end()) {
                listener.onIdle();
                return Future.succeededFuture();
            }
            List<AnswerEvent> events = new ArrayList<>(batch.events().size());
            Optional<Failed> failure = Optional.empty();
            for (Event event : batch.events()) {
                if (event instanceof Failed failed) {
                    failure = Optional.of(failed);
                } else if (event instanceof AnswerEvent answerEvent) {
                    events.add(answerEvent);
                }
            }
            Future<Void> handled = events.isEmpty() ? Future.succeededFuture() : listener.onEvents(events);
            boolean completed = !events.isEmpty() && events.getLast().terminal();
            Optional<Failed> finalFailure = failure;
            return handled.onSuccess(_ -> finalFailure.ifPresentOrElse(
                            failed -> broken(handle, failed), () -> handled(completed, batch.end())))
                    .onFailure(_ -> close());
        }

        private void handled(boolean completed, boolean end) {
            if (completed) {
                end();
            } else if (end) {
                fail(Problem.of(new IllegalStateException("a log ended without a terminal event")));
            }
        }

        @Override
        public void onLost(Problem problem) {
            fail(problem);
        }
    }
}
