package io.parley.journal;

import io.parley.bus.Bus;
import io.parley.bus.Clocks;
import io.parley.bus.RecentIds;
import io.parley.bus.Timers;
import io.parley.config.ConversationConfig;
import io.parley.config.JournalConfig;
import io.parley.contract.Addresses;
import io.parley.contract.Problem;
import io.parley.contract.RequestContext;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.OpenLog;
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
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds the runs whose logs this instance writes: opens them, renews their leases, and removes them after their end. */
final class LiveRunRegistry {

    private static final Logger LOG = LoggerFactory.getLogger(LiveRunRegistry.class);
    private static final int MAX_UNCERTAIN_INSERTS = 10_000;

    private final Bus bus;
    private final JournalConfig config;
    private final ConversationConfig conversation;
    private final Clocks clocks;
    private final InstantSource clock;
    private final String source;
    private final StoredLogCache storedLogs;
    private final LeaseRenewer leases;
    private final RunFacts facts;
    private final Map<String, LiveRun> liveRuns = new HashMap<>();
    /** Runs whose insert timed out and may or may not have been stored. */
    private final RecentIds uncertainInserts = new RecentIds(MAX_UNCERTAIN_INSERTS);

    @SuppressWarnings("NullAway.Init") // set by start, before anything else is called
    private Vertx vertx;

    @SuppressWarnings("NullAway.Init")
    private Context context;

    /** @param source the address suffix under which these logs are followed; also the owner of the leases */
    LiveRunRegistry(
            Bus bus,
            JournalConfig config,
            ConversationConfig conversation,
            Clocks clocks,
            String source,
            StoredLogCache storedLogs) {
        this.bus = bus;
        this.config = config;
        this.conversation = conversation;
        this.clocks = clocks;
        this.clock = clocks.wall();
        this.source = source;
        this.storedLogs = storedLogs;
        this.facts = new RunFacts(bus);
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

    Optional<LiveRun> find(String run) {
        return Optional.ofNullable(liveRuns.get(run));
    }

    /** Returns the run; throws {@link Problem.NotFound} if this instance does not write its log. */
    LiveRun require(String run) {
        return find(run).orElseThrow(() -> new Problem.NotFound().toException());
    }

    /** Reads the next batch from the live log of a run, or from its stored log. */
    Future<Batch> follow(Follow follow) {
        return log(follow.streamId()).compose(log -> log.readAfter(follow.after(), follow.maxWait()));
    }

    /** The complete log of a run, live or stored. */
    Future<RunLog> log(String run) {
        return find(run).map(here -> Future.succeededFuture(here.log())).orElseGet(() -> storedLogs.log(timers(), run));
    }

    /** Opens the log of a new run and starts its first turn, if given, with the call id {@code callId}. */
    Future<StreamRef> open(OpenLog request, String callId) {
        Run run = request.run().with(new Lease(source, 1, clock.instant().plus(config.leaseDuration())));
        Future<Ack> stored = bus.request(Addresses.STORE_INSERT_RUN, new InsertRun(run));
        LiveRun liveRun = newLiveRun(run, RunLog.ofNewRun(timers(), clocks.nanos()), stored);
        liveRuns.put(run.id(), liveRun);
        request.firstTurn().ifPresent(first -> liveRun.startTurn(first, callId));
        return stored.onFailure(cause -> discard(liveRun, Problem.of(cause))).compose(_ -> {
            leases.add(run.id(), 1);
            confirmInsert(run.id());
            facts.publishStart(run);
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
        if (problem instanceof Problem.Unavailable) { // the run may be stored nevertheless
            uncertainInserts.add(run);
        }
    }

    private LiveRun newLiveRun(Run run, RunLog log, Future<?> stored) {
        LogContext logContext = new LogContext(bus, timers(), config, clocks, conversation.keepThinking());
        return new LiveRun(logContext, run, log, stored, this::dropRun);
    }

    /** Loads the log of a run that was taken over, and continues it under a new epoch unless it has ended. */
    Future<LiveRun> adopt(Run run) {
        leases.add(run.id(), run.lease().epoch());
        return storedLogs
                .load(timers(), run.id())
                .onFailure(_ -> leases.remove(run.id()))
                .map(log -> {
                    if (log.isEmpty() || !log.current().ended()) {
                        log.beginEpoch(run.lease().epoch());
                    }
                    LiveRun liveRun = newLiveRun(run, log, Future.succeededFuture());
                    liveRuns.put(run.id(), liveRun);
                    storedLogs.invalidate(run.id());
                    return liveRun;
                });
    }

    /** Removes a run that could not be resumed, so that it can be taken over again, unless its log has ended meanwhile. */
    void release(LiveRun liveRun) {
        if (!liveRun.log().current().ended() && liveRuns.remove(liveRun.run().id(), liveRun)) {
            leases.remove(liveRun.run().id());
            liveRun.close();
        }
    }

    /** Whether the start of the run was reported as failed, although the run may have been stored. */
    boolean insertUncertain(String run) {
        return uncertainInserts.contains(run);
    }

    void confirmInsert(String run) {
        uncertainInserts.remove(run);
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
            LOG.atError().addKeyValue("run_id", run).log("run lease lost to another instance: stopped writing the run");
            liveRun.close();
        }
    }

    /** Removes ended runs that are no longer read, and stops chats that have had no reader for a long time. */
    void sweep() {
        for (LiveRun run : List.copyOf(liveRuns.values())) {
            if (run.endStored()) {
                leases.remove(run.run().id());
            }
            if (run.endStored() && run.unreadFor(config.linger())) {
                liveRuns.remove(run.run().id());
            } else if (run.run().spec() instanceof RunSpec.Chat
                    && !run.endStored()
                    && run.unreadFor(conversation.abandonAfter())) {
                abandon(run);
            }
        }
    }

    /** Requests the stop only once; the run ends as soon as the store is available. */
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
