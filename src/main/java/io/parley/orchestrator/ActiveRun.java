package io.parley.orchestrator;

import io.parley.contract.Problem;
import io.parley.contract.RequestContext;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Holds the state of a run that this instance executes: whether it was cancelled, a signal for changes, and the order
 * of its commands.
 */
final class ActiveRun {

    private final Run run;
    private final RequestContext requestContext;
    private final Promise<RunStatus> ended = Promise.promise();
    private Promise<Void> changed = Promise.promise();
    private Future<Void> lastCommand = Future.succeededFuture();
    private Optional<Problem> stopped = Optional.empty();
    private Optional<String> extraction = Optional.empty();
    private boolean stepping;

    ActiveRun(Run run, RequestContext requestContext) {
        this.run = run;
        this.requestContext = requestContext;
    }

    Run run() {
        return run;
    }

    RequestContext requestContext() {
        return requestContext;
    }

    /** Why the run must end; empty until a stop is requested. The first reason wins. */
    Optional<Problem> stopped() {
        return stopped;
    }

    void stop(Problem problem) {
        stopped = stopped.or(() -> Optional.of(problem));
        signal();
    }

    /** Completes at the next change. A caller that obtains the future before reading the state misses no change. */
    Future<Void> changed() {
        return changed.future();
    }

    void signal() {
        Promise<Void> previous = changed;
        changed = Promise.promise();
        previous.tryComplete();
    }

    /** Applies the commands of one run one after another. Blocks, so it must run on a virtual thread. */
    <T> T serialized(Supplier<T> command) {
        Future<Void> previous = lastCommand;
        Promise<Void> promise = Promise.promise();
        lastCommand = promise.future();
        previous.await();
        try {
            return command.get();
        } finally {
            promise.complete();
        }
    }

    /** Whether the run pauses after the current turn. Also recorded in the log; cached here to avoid reading it. */
    boolean stepping() {
        return stepping;
    }

    void stepping(boolean newStepping) {
        stepping = newStepping;
    }

    /** The call id of the flow extraction in progress. */
    Optional<String> extraction() {
        return extraction;
    }

    void updateExtraction(Optional<String> callId) {
        extraction = callId;
    }

    Future<RunStatus> ended() {
        return ended.future();
    }

    void end(RunStatus status) {
        ended.tryComplete(status);
    }
}
