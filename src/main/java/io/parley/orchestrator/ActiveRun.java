package io.parley.orchestrator;

import io.parley.contract.RequestContext;
import io.parley.contract.Problem;
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
    private final RequestContext origin;
    private final Promise<RunStatus> ended = Promise.promise();
    private Promise<Void> bell = Promise.promise();
    private Future<Void> lastCommand = Future.succeededFuture();
    private Optional<Problem> stopped = Optional.empty();
    private Optional<String> extraction = Optional.empty();
    private boolean stepping;

    ActiveRun(Run run, RequestContext origin) {
        this.run = run;
        this.origin = origin;
    }

    Run run() {
        return run;
    }

    RequestContext origin() {
        return origin;
    }

    /** Why the run must end, once it was told to stop; the first reason wins. */
    Optional<Problem> stopped() {
        return stopped;
    }

    void stop(Problem why) {
        stopped = stopped.or(() -> Optional.of(why));
        ring();
    }

    /** Completes at the next change. A caller that obtains it before it reads the state misses no change. */
    Future<Void> bell() {
        return bell.future();
    }

    void ring() {
        Promise<Void> rung = bell;
        bell = Promise.promise();
        rung.tryComplete();
    }

    /** Applies the commands of one run one after another. Blocks, so it must run on a virtual thread. */
    <T> T inTurn(Supplier<T> command) {
        Future<Void> before = lastCommand;
        Promise<Void> done = Promise.promise();
        lastCommand = done.future();
        before.await();
        try {
            return command.get();
        } finally {
            done.complete();
        }
    }

    /** Whether the run pauses after the current turn. Also recorded in the log; cached here to avoid reading it. */
    boolean stepping() {
        return stepping;
    }

    void stepping(boolean single) {
        stepping = single;
    }

    /** The call id of the flow extraction in progress. */
    Optional<String> extraction() {
        return extraction;
    }

    void extracting(Optional<String> callId) {
        extraction = callId;
    }

    Future<RunStatus> ended() {
        return ended.future();
    }

    void end(RunStatus status) {
        ended.tryComplete(status);
    }
}
