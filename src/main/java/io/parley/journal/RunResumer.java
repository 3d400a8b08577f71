package io.parley.journal;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.RunMessage.ResumeRun;
import io.parley.contract.RunMessage.Run;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resumes runs that this instance has taken over: discards the open turn and requests the orchestrator to execute the
 * rest.
 */
final class RunResumer implements RunTakeover.TakeoverListener {

    private static final Logger LOG = LoggerFactory.getLogger(RunResumer.class);

    private final Bus bus;
    private final InstantSource clock;
    private final LiveRunRegistry liveRuns;

    RunResumer(Bus bus, InstantSource clock, LiveRunRegistry liveRuns) {
        this.bus = bus;
        this.clock = clock;
        this.liveRuns = liveRuns;
    }

    @Override
    public boolean has(String run) {
        return liveRuns.find(run).isPresent();
    }

    @Override
    public Future<Void> onTakenOver(Run run) {
        return liveRuns.adopt(run)
                .compose(liveRun -> liveRun.log().current().ended()
                        ? liveRun.markEnded()
                        : continueRun(liveRun).onFailure(_ -> liveRuns.release(liveRun)));
    }

    /** Ends a run whose client received an error at its start; resumes any other. */
    private Future<Void> continueRun(LiveRun liveRun) {
        String run = liveRun.run().id();
        return liveRuns.insertUncertain(run)
                ? liveRun.write(List.of(liveRun.storeUnavailableEnd())).onSuccess(_ -> liveRuns.confirmInsert(run))
                : resume(liveRun);
    }

    private Future<Void> resume(LiveRun liveRun) {
        Run run = liveRun.run();
        LOG.atWarn()
                .addKeyValue("run_id", run.id())
                .addKeyValue("user_id", run.owner())
                .addKeyValue("context_id", run.contextId())
                .addKeyValue("epoch", run.lease().epoch())
                .log("run taken over");
        return RunTakeover.resetEvent(liveRun.transcript(), liveRun.log().events(), clock.millis())
                .map(reset -> liveRun.write(List.of(reset)))
                .orElseGet(Future::succeededFuture)
                .compose(_ -> bus.request(Addresses.RUN_RESUME, new ResumeRun(liveRun.transcript())))
                .mapEmpty();
    }
}
