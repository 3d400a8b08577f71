package io.parley.journal;

import io.parley.bus.Bus;
import io.parley.bus.Clocks;
import io.parley.bus.RecentIds;
import io.parley.bus.Timers;
import io.parley.config.JournalConfig;
import io.parley.contract.Addresses;
import io.parley.contract.FactMessage;
import io.parley.contract.Problem;
import io.parley.contract.RequestContext;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.OpenLog;
import io.parley.contract.RunMessage.ResumeRun;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Stop;
import io.parley.contract.RunSpec;
import io.parley.contract.StoreMessage.InsertRun;
import io.parley.contract.StreamMessage.Ack;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.StreamMessage.Follow;
import io.parley.contract.StreamMessage.StreamRef;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The runs whose logs this node writes: begun here or taken over, kept under lease, and let go when they have ended. */
final class LiveRuns implements RunTakeover.TakeoverListener {

    private static final Logger LOG = LoggerFactory.getLogger(LiveRuns.class);
    private static final int MAX_UNBORN = 10_000;

    private final Bus bus;
    private final JournalConfig config;
    private final Duration abandonAfter;
    private final Clocks clocks;
    private final InstantSource clock;
    private final String source;
    private final StoredLogCache storedLogs;
    private final LeaseRenewer leases;
    private final Map<String, LiveRun> liveRuns = new HashMap<>();
    /** Runs whose insert timed out and may or may not have been stored. */
    private final RecentIds uncertainInserts = new RecentIds(MAX_UNBORN);

    @SuppressWarnings("NullAway.Init") // set by start, before anything else is called
    private Vertx vertx;

    @SuppressWarnings("NullAway.Init")
    private Context context;

    /** @param source where these logs are followed, which is also who holds the leases */
    LiveRuns(
            Bus bus,
            JournalConfig config,
            Duration abandonAfter,
            Clocks clocks,
            String source,
            StoredLogCache storedLogs) {
        this.bus = bus;
        this.config = config;
        this.abandonAfter = abandonAfter;
        this.clocks = clocks;
        this.clock = clocks.wall();
        this.source = source;
        this.storedLogs = storedLogs;
        this.leases = new LeaseRenewer(bus, clock, config.leaseDuration(), source, this::onLeasesLost);
    }

    void start(Vertx deployedVertx) {
        vertx = deployedVertx;
        context = deployedVertx.getOrCreateContext();
        leases.start();
    }

    void stop() {
        leases.stop();
        liveRuns.values().forEach(LiveRun::close);
    }

    @Override
    public boolean has(String run) {
        return liveRuns.containsKey(run);
    }

    Optional<LiveRun> find(String run) {
        return Optional.ofNullable(liveRuns.get(run));
    }

    /** A run that must be here. */
    LiveRun require(String run) {
        return find(run).orElseThrow(() -> new Problem.NotFound().toException());
    }

    /** What comes next in the log of a run: the one that is written here, or what the store has of it. */
    Future<Batch> follow(Follow follow) {
        return log(follow.streamId()).compose(log -> log.readAfter(follow.after(), follow.maxWait()));
    }

    /** All of a run's log. */
    Future<RunLog> log(String run) {
        return find(run).map(here -> Future.succeededFuture(here.log())).orElseGet(() -> storedLogs.log(timers(), run));
    }

    /** Open the log of a new run; {@code callId} is that of its first turn's call, if that is begun at once. */
    Future<StreamRef> open(OpenLog request, String callId) {
        Run run = request.run().with(new Lease(source, 1, clock.instant().plus(config.leaseDuration())));
        Future<Ack> stored = bus.request(Addresses.STORE_INSERT_RUN, new InsertRun(run));
        LiveRun liveRun = newLiveRun(run, RunLog.ofNewRun(timers(), clocks.nanos()), stored);
        liveRuns.put(run.id(), liveRun);
        request.firstTurn().ifPresent(first -> liveRun.startTurn(first, callId));
        return stored.onFailure(cause -> discard(liveRun, Problem.of(cause))).compose(_ -> {
            leases.add(run.id(), 1);
            uncertainInserts.remove(run.id());
            String kind = run.spec() instanceof RunSpec.Chat ? "chat" : "duo";
            bus.publish(
                    Addresses.RUN_STARTED, new FactMessage.RunStarted(run.id(), run.owner(), run.contextId(), kind));
            StreamRef streamRef = new StreamRef(run.id(), source);
            return request.initialEvents().isEmpty()
                    ? Future.succeededFuture(streamRef)
                    : liveRun.write(request.initialEvents()).map(streamRef);
        });
    }

    private void discard(LiveRun liveRun, Problem problem) {
        String run = liveRun.run().id();
        liveRuns.remove(run, liveRun);
        liveRun.close();
        if (problem instanceof Problem.Unavailable) { // it may have the run all the same
            uncertainInserts.add(run);
        }
    }

    private LiveRun newLiveRun(Run run, RunLog log, Future<?> stored) {
        return new LiveRun(new LogContext(bus, timers(), config, clocks), run, log, stored, this::dropRun);
    }

    /** A run is ours now: read its log, say that the open turn is forgotten, and have its script played on. */
    @Override
    public Future<Void> onTakenOver(Run run) {
        leases.add(run.id(), run.lease().epoch());
        return storedLogs
                .load(timers(), run.id())
                .onFailure(_ -> leases.remove(run.id()))
                .compose(log -> {
                    boolean ended = !log.isEmpty() && log.current().ended();
                    if (!ended) {
                        log.beginEpoch(run.lease().epoch());
                    }
                    LiveRun liveRun = newLiveRun(run, log, Future.succeededFuture());
                    liveRuns.put(run.id(), liveRun);
                    storedLogs.invalidate(run.id());
                    return ended ? liveRun.markEnded() : continueRun(liveRun).onFailure(_ -> releaseRun(liveRun));
                });
    }

    /** Nobody plays it on, so it is there to be taken over again; unless its readers were told that it has ended. */
    private void releaseRun(LiveRun liveRun) {
        if (!liveRun.log().current().ended() && liveRuns.remove(liveRun.run().id(), liveRun)) {
            leases.remove(liveRun.run().id());
            liveRun.close();
        }
    }

    /** What somebody was told has not begun ends as that one was told. */
    private Future<Void> continueRun(LiveRun liveRun) {
        String run = liveRun.run().id();
        return uncertainInserts.contains(run)
                ? liveRun.write(List.of(liveRun.storeUnavailableEnd())).onSuccess(_ -> uncertainInserts.remove(run))
                : resume(liveRun);
    }

    private Future<Void> resume(LiveRun liveRun) {
        Run run = liveRun.run();
        LOG.atWarn()
                .addKeyValue("run_id", run.id())
                .addKeyValue("user_id", run.owner())
                .addKeyValue("context_id", run.contextId())
                .addKeyValue("epoch", run.lease().epoch())
                .log("a run was taken over");
        return RunTakeover.resetEvent(liveRun.transcript(), liveRun.log().events(), clock.millis())
                .map(reset -> liveRun.write(List.of(reset)))
                .orElseGet(Future::succeededFuture)
                .compose(_ -> bus.request(Addresses.RUN_RESUME, new ResumeRun(liveRun.transcript())))
                .mapEmpty();
    }

    private void onLeasesLost(List<String> runs) {
        context.runOnContext(_ -> runs.forEach(run -> {
            leases.remove(run);
            find(run).ifPresent(this::dropRun);
        }));
    }

    private void dropRun(LiveRun liveRun) {
        String run = liveRun.run().id();
        if (liveRuns.remove(run, liveRun)) {
            leases.remove(run);
            LOG.atError().addKeyValue("run_id", run).log("another writer owns the run; this one lets go");
            liveRun.close();
        }
    }

    /** Ended runs leave the memory; chats that nobody reads and nobody comes back to are given up. */
    void sweep() {
        for (LiveRun run : List.copyOf(liveRuns.values())) {
            if (run.endStored()) {
                leases.remove(run.run().id());
            }
            if (run.endStored() && run.unreadFor(config.linger())) {
                liveRuns.remove(run.run().id());
            } else if (run.run().spec() instanceof RunSpec.Chat && !run.endStored() && run.unreadFor(abandonAfter)) {
                abandon(run);
            }
        }
    }

    /** Asked for once: a run that has been told ends as soon as the store lets it. */
    private void abandon(LiveRun liveRun) {
        if (!liveRun.markAbandoned()) {
            return;
        }
        Run run = liveRun.run();
        RequestContext requestContext =
                new RequestContext("-", run.owner(), Optional.of(run.contextId()), Optional.of(run.id()));
        bus.request(Addresses.RUN_STOP, new Stop(requestContext, run.id(), "disconnect"));
    }

    private Timers timers() {
        return Timers.of(vertx);
    }
}
