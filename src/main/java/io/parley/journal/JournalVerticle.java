package io.parley.journal;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.bus.Timers;
import io.parley.config.ConversationConfig;
import io.parley.config.JournalConfig;
import io.parley.contract.Addresses;
import io.parley.contract.Cursor;
import io.parley.contract.FactMessage;
import io.parley.contract.Origin;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Attach;
import io.parley.contract.RunMessage.Hush;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.OpenLog;
import io.parley.contract.RunMessage.Read;
import io.parley.contract.RunMessage.ReadLog;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Speak;
import io.parley.contract.RunMessage.Spoken;
import io.parley.contract.RunMessage.Stop;
import io.parley.contract.RunMessage.TakenOver;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunMessage.WholeLog;
import io.parley.contract.RunMessage.Write;
import io.parley.contract.Script;
import io.parley.contract.StoreMessage.InsertRun;
import io.parley.contract.StoreMessage.LoadRun;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.StreamMessage.Done;
import io.parley.contract.StreamMessage.Follow;
import io.parley.contract.StreamMessage.Opened;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Owns the logs of this node's conversations, and hands out those of ended ones from the store. Knows nothing of scripts. */
public final class JournalVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(JournalVerticle.class);
    private static final Duration SWEEP = Duration.ofSeconds(1);

    private final Bus bus;
    private final JournalConfig config;
    private final ConversationConfig conversation;
    private final Ids ids;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final String source;
    private final Map<String, LiveRun> live = new HashMap<>();
    private final Shelf shelf;
    private final LeaseKeeper leases;
    private final TakeOver takeOver;
    private final Deposit deposit;

    /** @param alone whether no other process can write the store */
    public JournalVerticle(
            Bus bus,
            JournalConfig config,
            ConversationConfig conversation,
            Ids ids,
            InstantSource clock,
            LongSupplier nanos,
            boolean alone) {
        this.bus = bus;
        this.config = config;
        this.conversation = conversation;
        this.ids = ids;
        this.clock = clock;
        this.nanos = nanos;
        this.source = ids.next("journal.");
        this.shelf = new Shelf(bus, nanos, config.linger());
        this.leases = new LeaseKeeper(bus, clock, config.lease(), source, this::lost);
        this.takeOver = new TakeOver(bus, clock, config.lease(), source, alone, live::containsKey, this::inherit);
        this.deposit = new Deposit(bus, clock, source);
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(SWEEP.toMillis(), _ -> sweep());
        vertx.setPeriodic(1, Math.max(1, config.lease().toMillis() / 2), _ -> takeOver.sweep());
        leases.start();
        return bus.answer(Addresses.follow(source), this::follow)
                .compose(_ -> bus.answer(Addresses.JOURNAL_OPEN, this::open))
                .compose(_ -> bus.answer(Addresses.JOURNAL_SPEAK, this::speak))
                .compose(_ -> bus.answer(Addresses.JOURNAL_WRITE, this::write))
                .compose(_ -> bus.answer(Addresses.JOURNAL_HUSH, this::hush))
                .compose(_ -> bus.answer(Addresses.JOURNAL_ATTACH, this::attach))
                .compose(_ -> bus.answer(Addresses.JOURNAL_READ, this::read))
                .compose(_ -> bus.answer(Addresses.JOURNAL_READ_LOG, this::readLog));
    }

    @Override
    public Future<?> stop() {
        leases.stop();
        live.values().forEach(LiveRun::close);
        return Future.succeededFuture();
    }

    private Future<Opened> open(OpenLog open) {
        if (!open.opening().isEmpty() && open.opening().getLast() instanceof RunEvent.Ended ended) {
            return deposit.store(open.run(), open.opening(), ended).map(run -> new Opened(run.id(), source));
        }
        Run run = open.run().with(new Lease(source, 1, clock.instant().plus(config.lease())));
        Future<Done> stored = bus.ask(Addresses.STORE_INSERT_RUN, new InsertRun(run));
        LiveRun begun = live(run, RunLog.fresh(Timers.of(vertx)), stored);
        live.put(run.id(), begun);
        open.first().ifPresent(first -> begun.begin(first, ids.next("call_")));
        return stored.onFailure(_ -> drop(begun)).compose(_ -> {
            leases.hold(run.id(), 1);
            String kind = run.script() instanceof Script.Chat ? "chat" : "duo";
            bus.tell(Addresses.RUN_STARTED, new FactMessage.RunStarted(run.id(), run.owner(), run.contextId(), kind));
            Opened opened = new Opened(run.id(), source);
            return open.opening().isEmpty()
                    ? Future.succeededFuture(opened)
                    : begun.write(open.opening()).map(opened);
        });
    }

    private void drop(LiveRun unborn) {
        live.remove(unborn.run().id());
        unborn.close();
    }

    private LiveRun live(Run run, RunLog log, Future<?> stored) {
        return new LiveRun(Timers.of(vertx), bus, config, clock, nanos, run, log, stored, () -> forget(run.id()));
    }

    /** A run is ours now: read its log, say that the open turn is forgotten, and have its script played on. */
    private Future<Void> inherit(Run run) {
        leases.hold(run.id(), run.lease().epoch());
        return shelf.load(Timers.of(vertx), run.id()).compose(log -> {
            boolean ended = !log.isEmpty() && log.current().ended();
            if (!ended) {
                log.begin(run.lease().epoch());
            }
            LiveRun heir = live(run, log, Future.succeededFuture());
            live.put(run.id(), heir);
            return ended ? heir.settle() : goOn(heir);
        });
    }

    private Future<Void> goOn(LiveRun heir) {
        Run run = heir.run();
        LOG.atWarn()
                .addKeyValue("run_id", run.id())
                .addKeyValue("user_id", run.owner())
                .addKeyValue("context_id", run.contextId())
                .addKeyValue("epoch", run.lease().epoch())
                .log("a run was taken over");
        return TakeOver.reset(heir.transcript(), heir.log().events(), clock.millis())
                .map(reset -> heir.write(List.of(reset)))
                .orElseGet(Future::succeededFuture)
                .compose(_ -> bus.ask(Addresses.RUN_GO_ON, new TakenOver(heir.transcript())))
                .mapEmpty();
    }

    private void lost(List<String> runs) {
        context.runOnContext(_ -> runs.forEach(this::forget));
    }

    private void forget(String run) {
        leases.release(run);
        Optional.ofNullable(live.remove(run)).ifPresent(gone -> {
            LOG.atError().addKeyValue("run_id", run).log("another writer owns the run; this one lets go");
            gone.close();
        });
    }

    private Future<Spoken> speak(Speak speak) {
        return mine(speak.run()).speak(speak, ids.next("call_"));
    }

    private Future<Done> write(Write write) {
        return mine(write.run()).write(write.events()).map(_ -> new Done());
    }

    private Future<Done> hush(Hush hush) {
        Optional.ofNullable(live.get(hush.run())).ifPresent(run -> run.hush(hush.cause()));
        return Future.succeededFuture(new Done());
    }

    private LiveRun mine(String run) {
        LiveRun mine = live.get(run);
        if (mine == null) {
            throw new Problem.NotFound().toException();
        }
        return mine;
    }

    private Future<Batch> follow(Follow follow) {
        LiveRun run = live.get(follow.streamId());
        return run != null
                ? run.follow(follow)
                : shelf.log(Timers.of(vertx), follow.streamId())
                        .compose(log -> log.after(follow.after(), follow.patience()));
    }

    private Future<Opened> attach(Attach attach) {
        return find(attach.user(), attach.run())
                .compose(found -> reachable(attach, found.log().visible()));
    }

    /** A run that is being written is known here; any other is as the store has it, or was removed there. */
    private Future<Found> find(String user, String id) {
        LiveRun here = live.get(id);
        if (here != null && !here.settled()) {
            owned(here.run(), user);
            return here.stored().map(_ -> new Found(here.run(), here.log()));
        }
        return bus.ask(Addresses.STORE_LOAD_RUN, new LoadRun(Optional.of(user), id))
                .compose(run -> here != null
                        ? Future.succeededFuture(new Found(run, here.log()))
                        : shelf.log(Timers.of(vertx), id).map(log -> new Found(run, log)));
    }

    /** A run and all of its log. */
    private record Found(Run run, RunLog log) {}

    private Future<Opened> reachable(Attach attach, Cursor tail) {
        return attach.after().compareTo(tail) > 0
                ? Future.failedFuture(
                        new Problem.Malformed("invalid_cursor", "the cursor is not one of this run").toException())
                : Future.succeededFuture(new Opened(attach.run(), source));
    }

    private Future<Transcript> read(Read read) {
        return find(read.user(), read.run())
                .map(found -> Transcripts.of(
                        found.run(), found.log().events(), found.log().visible()));
    }

    private Future<WholeLog> readLog(ReadLog read) {
        return find(read.user(), read.run()).map(found -> {
            List<RunEvent> events = found.log().events();
            return new WholeLog(Transcripts.of(found.run(), events, found.log().visible()), events);
        });
    }

    private static void owned(Run run, String user) {
        if (!run.owner().equals(user)) {
            throw new Problem.NotFound().toException();
        }
    }

    /** Ended runs leave the memory; chats that nobody reads and nobody comes back to are given up. */
    private void sweep() {
        shelf.sweep();
        for (LiveRun run : List.copyOf(live.values())) {
            if (run.settled()) {
                leases.release(run.run().id());
            }
            if (run.settled() && run.unreadFor(config.linger())) {
                live.remove(run.run().id());
            } else if (run.run().script() instanceof Script.Chat
                    && !run.settled()
                    && run.unreadFor(conversation.abandonAfter())) {
                abandon(run.run());
            }
        }
    }

    private void abandon(Run run) {
        Origin origin = new Origin("-", run.owner(), Optional.of(run.contextId()), Optional.of(run.id()));
        bus.ask(Addresses.RUN_STOP, new Stop(origin, run.id(), "disconnect"));
    }
}
