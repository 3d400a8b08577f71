package io.parley.journal;

import io.parley.bus.Bus;
import io.parley.bus.Clocks;
import io.parley.bus.Ids;
import io.parley.config.ConversationConfig;
import io.parley.config.JournalConfig;
import io.parley.contract.Addresses;
import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Attach;
import io.parley.contract.RunMessage.CancelTurn;
import io.parley.contract.RunMessage.OpenLog;
import io.parley.contract.RunMessage.Read;
import io.parley.contract.RunMessage.ReadLog;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.GenerateTurn;
import io.parley.contract.RunMessage.TurnResult;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunMessage.FullLog;
import io.parley.contract.RunMessage.Write;
import io.parley.contract.StoreMessage.LoadRun;
import io.parley.contract.StreamMessage.Ack;
import io.parley.contract.StreamMessage.StreamRef;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Owns the logs of this node's conversations, and hands out those of ended ones from the store. Knows nothing of scripts. */
public final class JournalVerticle extends VerticleBase {

    private static final Duration SWEEP = Duration.ofSeconds(1);
    private static final Duration SOON = Duration.ofMillis(250);

    private final Bus bus;
    private final JournalConfig config;
    private final Ids ids;
    private final String source;
    private final LiveRuns live;
    private final StoredLogCache shelf;
    private final RunTakeover takeOver;
    private final CompletedLogWriter deposit;

    /** @param alone whether no other process can write the store */
    public JournalVerticle(
            Bus bus, JournalConfig config, ConversationConfig conversation, Ids ids, Clocks clocks, boolean alone) {
        this.bus = bus;
        this.config = config;
        this.ids = ids;
        this.source = ids.next("journal.");
        this.shelf = new StoredLogCache(bus, clocks.nanos(), config.linger());
        this.live = new LiveRuns(bus, config, conversation.abandonAfter(), clocks, source, shelf);
        this.takeOver = new RunTakeover(bus, clocks.wall(), config.lease(), source, alone, live);
        this.deposit = new CompletedLogWriter(bus, clocks.wall(), source);
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(SWEEP.toMillis(), _ -> sweep());
        vertx.setTimer(1, _ -> adopt());
        live.start(vertx);
        return bus.answer(Addresses.follow(source), live::follow)
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
        live.stop();
        return Future.succeededFuture();
    }

    private Future<StreamRef> open(OpenLog open) {
        return !open.opening().isEmpty() && open.opening().getLast() instanceof RunEvent.Ended ended
                ? deposit.store(open.run(), open.opening(), ended).map(run -> new StreamRef(run.id(), source))
                : live.open(open, ids.next("call_"));
    }

    private Future<TurnResult> speak(GenerateTurn speak) {
        return live.mine(speak.run()).speak(speak, ids.next("call_"));
    }

    private Future<Ack> write(Write write) {
        return live.mine(write.run()).write(write.events()).map(_ -> new Ack());
    }

    private Future<Ack> hush(CancelTurn hush) {
        live.find(hush.run()).ifPresent(run -> run.hush(hush.cause()));
        return Future.succeededFuture(new Ack());
    }

    private Future<StreamRef> attach(Attach attach) {
        return find(attach.user(), attach.run())
                .compose(found -> reachable(attach, found.log().visible()));
    }

    /** A run that is being written is known here; any other is as the store has it, or was removed there. */
    private Future<RunWithLog> find(String user, String id) {
        Optional<LiveRun> here = live.find(id);
        if (here.isPresent() && !here.get().settled()) {
            LiveRun run = here.get();
            owned(run.run(), user);
            return run.stored().map(_ -> new RunWithLog(run.run(), run.log()));
        }
        return bus.ask(Addresses.STORE_LOAD_RUN, new LoadRun(Optional.of(user), id))
                .compose(run -> here.map(LiveRun::log)
                        .map(Future::succeededFuture)
                        .orElseGet(() -> live.log(id))
                        .map(log -> new RunWithLog(run, log)));
    }

    /** A run and all of its log. */
    private record RunWithLog(Run run, RunLog log) {}

    private Future<StreamRef> reachable(Attach attach, Cursor tail) {
        return attach.after().compareTo(tail) > 0
                ? Future.failedFuture(
                        new Problem.Malformed("invalid_cursor", "the cursor is not one of this run").toException())
                : Future.succeededFuture(new StreamRef(attach.run(), source));
    }

    private Future<Transcript> read(Read read) {
        return find(read.user(), read.run())
                .map(found -> TranscriptBuilder.of(
                        found.run(), found.log().events(), found.log().visible()));
    }

    private Future<FullLog> readLog(ReadLog read) {
        return find(read.user(), read.run()).map(found -> {
            List<RunEvent> events = found.log().events();
            return new FullLog(TranscriptBuilder.of(found.run(), events, found.log().visible()), events);
        });
    }

    private static void owned(Run run, String user) {
        if (!run.owner().equals(user)) {
            throw new Problem.NotFound().toException();
        }
    }

    /** Look for runs without an owner, again and again; soon, if one could not be taken. */
    private void adopt() {
        Duration usual = config.lease().dividedBy(2);
        takeOver.sweep().onComplete(swept -> {
            Duration pause = swept.succeeded() || usual.compareTo(SOON) < 0 ? usual : SOON;
            vertx.setTimer(Math.max(1, pause.toMillis()), _ -> adopt());
        });
    }

    private void sweep() {
        shelf.sweep();
        live.sweep();
    }
}
