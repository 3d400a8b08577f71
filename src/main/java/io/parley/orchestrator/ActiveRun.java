package io.parley.orchestrator;

import io.parley.contract.Origin;
import io.parley.contract.Problem;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;

/** A run whose script is being played here, and whether it was told to stop. */
final class ActiveRun {

    private final Run run;
    private final Origin origin;
    private final Promise<RunStatus> ended = Promise.promise();
    private Optional<Problem> stopped = Optional.empty();
    private Optional<String> extraction = Optional.empty();

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
