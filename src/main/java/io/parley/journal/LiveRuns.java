package io.parley.journal;

import io.parley.bus.Bus;
import io.parley.bus.Clocks;
import io.parley.bus.RecentIds;
import io.parley.bus.Timers;
import io.parley.config.JournalConfig;
import io.parley.contract.Addresses;
import io.parley.contract.FactMessage;
import io.parley.contract.RequestContext;
import io.parley.contract.Problem;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.OpenLog;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Stop;
import io.parley.contract.RunMessage.ResumeRun;
import io.parley.contract.RunSpec;
import io.parley.contract.StoreMessage.InsertRun;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.StreamMessage.Ack;
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
    private final StoredLogCache shelf;
    private final LeaseRenewer leases;
    private final Map<String, LiveRun> live = new HashMap<>();
    /** Runs whose insert timed out and may or may not have been stored. */
    private final RecentIds unborn = new RecentIds(MAX_UNBORN);

    @SuppressWarnings("NullAway.Init") // set by start, before anything else is called
    private Vertx vertx;

    @SuppressWarnings("NullAway.Init")
    private Context context;

    /** @param source where these logs are followed, which is also who holds the leases */
    LiveRuns(Bus bus, JournalConfig config, Duration abandonAfter, Clocks clocks, String source, StoredLogCache shelf) {
        this.bus = bus;
        this.config = config;
        this.abandonAfter = abandonAfter;
        this.clocks = clocks;
        this.clock = clocks.wall();
        this.source = source;
        this.shelf = shelf;
        this.leases = new LeaseRenewer(bus, clock, config.lease(), source, this::lost);
    }

    void start(Vertx home) {
        vertx = home;
        context = home.getOrCreateContext();
        leases.start();
    }

    void stop() {
        leases.stop();
        live.values().forEach(LiveRun::close);
    }

    @Override
    public boolean has(String run) {
        return live.containsKey(run);
    }

    Optional<LiveRun> find(String run) {
        return Optional.ofNullable(live.get(run));
    }

    /** A run that must be here. */
    LiveRun mine(String run) {
        return find(run).orElseThrow(() -> new Problem.NotFound().toException());
    }

    /** What comes next in the log of a run: the one that is written here, or what the store has of it. */
    Future<Batch> follow(Follow follow) {
        return log(follow.streamId()).compose(log -> log.after(follow.after(), follow.patience()));
    }

    /** All of a run's log. */
    Future<RunLog> log(String run) {
        return find(run).map(here -> Future.succeededFuture(here.log())).orElseGet(() -> shelf.log(timers(), run));
    }

    /** Open the log of a new run; {@code callId} is that of its first turn's call, if that is begun at once. */
    Future<StreamRef> open(OpenLog open, String callId) {
        Run run = open.run().with(new Lease(source, 1, clock.instant().plus(config.lease())));
        Future<Ack> stored = bus.ask(Addresses.STORE_INSERT_RUN, new InsertRun(run));
        LiveRun begun = live(run, RunLog.fresh(timers(), clocks.nanos()), stored);
        live.put(run.id(), begun);
        open.first().ifPresent(first -> begun.begin(first, callId));
        return stored.onFailure(cause -> drop(begun, Problem.of(cause))).compose(_ -> {
            leases.hold(run.id(), 1);
            unborn.remove(run.id());
            String kind = run.script() instanceof RunSpec.Chat ? "chat" : "duo";
            bus.tell(Addresses.RUN_STARTED, new FactMessage.RunStarted(run.id(), run.owner(), run.contextId(), kind));
            StreamRef opened = new StreamRef(run.id(), source);
            return open.opening().isEmpty()
                    ? Future.succeededFuture(opened)
                    : begun.write(open.opening()).map(opened);
        });
    }

    private void drop(LiveRun begun, Problem why) {
        String run = begun.run().id();
        live.remove(run, begun);
        begun.close();
        if (why instanceof Problem.Unavailable) { // it may have the run all the same
            unborn.add(run);
        }
    }

    private LiveRun live(Run run, RunLog log, Future<?> stored) {
        return new LiveRun(new LogContext(bus, timers(), config, clocks), run, log, stored, this::forget);
    }

    /** A run is ours now: read its log, say that the open turn is forgotten, and have its script played on. */
    @Override
    public Future<Void> inherit(Run run) {
        leases.hold(run.id(), run.lease().epoch());
        return shelf.load(timers(), run.id())
                .onFailure(_ -> leases.release(run.id()))
                .compose(log -> {
                    boolean ended = !log.isEmpty() && log.current().ended();
                    if (!ended) {
                        log.begin(run.lease().epoch());
                    }
                    LiveRun heir = live(run, log, Future.succeededFuture());
                    live.put(run.id(), heir);
                    shelf.handOver(run.id());
                    return ended ? heir.settle() : proceed(heir).onFailure(_ -> disown(heir));
                });
    }

    /** Nobody plays it on, so it is there to be taken over again; unless its readers were told that it has ended. */
    private void disown(LiveRun heir) {
        if (!heir.log().current().ended() && live.remove(heir.run().id(), heir)) {
            leases.release(heir.run().id());
            heir.close();
        }
    }

    /** What somebody was told has not begun ends as that one was told. */
    private Future<Void> proceed(LiveRun heir) {
        String run = heir.run().id();
        return unborn.contains(run)
                ? heir.write(List.of(heir.giveUp())).onSuccess(_ -> unborn.remove(run))
                : goOn(heir);
    }

    private Future<Void> goOn(LiveRun heir) {
        Run run = heir.run();
        LOG.atWarn()
                .addKeyValue("run_id", run.id())
                .addKeyValue("user_id", run.owner())
                .addKeyValue("context_id", run.contextId())
                .addKeyValue("epoch", run.lease().epoch())
                .log("a run was taken over");
        return RunTakeover.reset(heir.transcript(), heir.log().events(), clock.millis())
                .map(reset -> heir.write(List.of(reset)))
                .orElseGet(Future::succeededFuture)
                .compose(_ -> bus.ask(Addresses.RUN_GO_ON, new ResumeRun(heir.transcript())))
                .mapEmpty();
    }

    private void lost(List<String> runs) {
        context.runOnContext(_ -> runs.forEach(run -> {
            leases.release(run);
            find(run).ifPresent(this::forget);
        }));
    }

    private void forget(LiveRun gone) {
        String run = gone.run().id();
        if (live.remove(run, gone)) {
            leases.release(run);
            LOG.atError().addKeyValue("run_id", run).log("another writer owns the run; this one lets go");
            gone.close();
        }
    }

    /** Ended runs leave the memory; chats that nobody reads and nobody comes back to are given up. */
    void sweep() {
        for (LiveRun run : List.copyOf(live.values())) {
            if (run.settled()) {
                leases.release(run.run().id());
            }
            if (run.settled() && run.unreadFor(config.linger())) {
                live.remove(run.run().id());
            } else if (run.run().script() instanceof RunSpec.Chat && !run.settled() && run.unreadFor(abandonAfter)) {
                abandon(run);
            }
        }
    }

    /** Asked for once: a run that has been told ends as soon as the store lets it. */
    private void abandon(LiveRun unread) {
        if (!unread.abandon()) {
            return;
        }
        Run run = unread.run();
        RequestContext origin = new RequestContext("-", run.owner(), Optional.of(run.contextId()), Optional.of(run.id()));
        bus.ask(Addresses.RUN_STOP, new Stop(origin, run.id(), "disconnect"));
    }

    private Timers timers() {
        return Timers.of(vertx);
    }
}
