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
 * Generates one answer through the gateway: opens it, reads it, and restarts it with another provider if it fails in the middle. Does not
 * interpret the events.
 */
public final class AnswerSession {

    /** A safety limit, longer than any deadline of the gateway, which therefore ends a request first. */
    private static final Duration OPEN_TIMEOUT = Duration.ofHours(1);

    /** Receives the answer. */
    public interface Listener {

        /** An attempt has started; the events of earlier attempts are void. */
        void onOpened(AnswerHandle handle, int attempt);

        /** Handles events other than {@link Failed}, as in {@link LogReader.Listener}, except that a failed future cancels the answer. */
        Future<Void> onEvents(List<AnswerEvent> events);

        /** The answer had no events for {@code maxWait}. */
        void onIdle();

        /** The current attempt failed and another provider is tried; {@link #onFailed} follows if no other is available. */
        void onRestart(AnswerHandle broken, Failed failure);

        /** The answer has failed; {@code usage} is the total of all attempts. */
        void onFailed(Problem problem, Usage usage);

        /** Whether the events so far can still be discarded. */
        boolean canRestart();
    }

    private final Bus bus;
    private final RestartPolicy policy;
    private final Duration maxWait;
    private final Listener listener;
    private final Promise<Void> done = Promise.promise();
    private Usage lostUsage = Usage.NONE;
    private Optional<LogReader> reader = Optional.empty();
    private boolean cancelled;
    private boolean ended;

    /** @param maxWait the time without events after which the listener is notified */
    public AnswerSession(Bus bus, Open request, int firstAttempt, Duration maxWait, Listener listener) {
        this.bus = bus;
        this.policy = new RestartPolicy(request, firstAttempt);
        this.maxWait = maxWait;
        this.listener = listener;
    }

    /** Opens the answer. */
    public void start() {
        open().onSuccess(this::onOpened).onFailure(cause -> fail(Problem.of(cause)));
    }

    /** Cancels the provider call at once, at any stage. The listener still receives the end of the answer. */
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            reader.ifPresentOrElse(
                    LogReader::cancel, () -> bus.request(Addresses.GATEWAY_CANCEL, new Cancel(policy.callId())));
        }
    }

    /** Cancels the provider call at once without notifying the listener. */
    public void close() {
        if (!ended) {
            cancel();
            end();
        }
    }

    /** Cancels the provider call at once and reports {@code problem} to the listener. */
    public void abort(Problem problem) {
        if (!ended) {
            cancel();
            fail(problem);
        }
    }

    /** Completes when the listener will not be called again. */
    public Future<Void> done() {
        return done.future();
    }

    /** The total usage of the failed attempts. */
    public Usage lostUsage() {
        return lostUsage;
    }

    private Future<AnswerHandle> open() {
        return bus.request(Addresses.GATEWAY_OPEN, policy.request(), OPEN_TIMEOUT);
    }

    private void onOpened(AnswerHandle handle) {
        LogReader next = new LogReader(bus, handle.stream(), maxWait, new AttemptListener(handle));
        reader = Optional.of(next);
        if (cancelled) {
            next.cancel();
        }
        if (!ended) {
            listener.onOpened(handle, policy.attempt());
            next.start(Cursor.START);
        }
    }

    /** Restarts the answer if permitted. If the restart fails, reports the failure of this attempt. */
    private void onAttemptFailed(AnswerHandle handle, Failed failure) {
        if (ended) {
            return;
        }
        lostUsage = lostUsage.plus(failure.usage());
        if (cancelled || !policy.allows(failure.problem()) || !listener.canRestart()) {
            fail(failure.problem());
            return;
        }
        policy.next(handle);
        reader = Optional.empty();
        listener.onRestart(handle, failure);
        open().onSuccess(this::onOpened).onFailure(_ -> fail(failure.problem()));
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
                            failed -> onAttemptFailed(handle, failed), () -> onHandled(completed, batch.end())))
                    .onFailure(_ -> close());
        }

        private void onHandled(boolean completed, boolean end) {
            if (completed) {
                end();
            } else if (end) {
                fail(Problem.of(new IllegalStateException("the log ended without a terminal event")));
            }
        }

        @Override
        public void onLost(Problem problem) {
            fail(problem);
        }
    }
}
