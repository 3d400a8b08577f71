package io.parley.orchestrator;

import io.parley.contract.Origin;
import io.parley.contract.Problem;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.function.Supplier;

/** A run whose script is being played here: whether it was told to stop, and a bell that wakes its script. */
final class ActiveRun {

    private final Run run;
    private final Origin origin;
    private final Promise<RunStatus> ended = Promise.promise();
    private Promise<Void> bell = Promise.promise();
    private Future<Void> lastCommand = Future.succeededFuture();
    private Optional<Problem> stopped = Optional.empty();
    private Optional<String> extraction = Optional.empty();
    private boolean stepping;

    ActiveRun(Run run, Origin origin) {
        this.run = run;
        this.origin = origin;
    }

    Run run() {
        return run;
    }

    Origin origin() {
        return origin;
    }

    /** Why the script must end, once somebody said so; the first word counts. */
    Optional<Problem> stopped() {
        return stopped;
    }

    void stop(Problem why) {
        stopped = stopped.or(() -> Optional.of(why));
        ring();
    }

    /** Completes when something has changed since this was called. Take it before looking, and nothing is missed. */
    Future<Void> bell() {
        return bell.future();
    }

    void ring() {
        Promise<Void> rung = bell;
        bell = Promise.promise();
        rung.tryComplete();
    }

    /** Commands of one run are applied one after the other. Waits, so it runs on a virtual thread. */
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

    /** Whether the turn that is being spoken is the only one; the log says the same, this is quicker to ask. */
    boolean stepping() {
        return stepping;
    }

    void stepping(boolean single) {
        stepping = single;
    }

    /** The call id of the extraction that is under way. */
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
