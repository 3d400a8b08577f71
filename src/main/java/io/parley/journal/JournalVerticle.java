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
import io.parley.contract.RunMessage.FullLog;
import io.parley.contract.RunMessage.GenerateTurn;
import io.parley.contract.RunMessage.OpenLog;
import io.parley.contract.RunMessage.Read;
import io.parley.contract.RunMessage.ReadLog;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunMessage.TurnResult;
import io.parley.contract.RunMessage.Write;
import io.parley.contract.StoreMessage.LoadRun;
import io.parley.contract.StreamMessage.Ack;
import io.parley.contract.StreamMessage.StreamRef;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Writes the logs of the runs that this instance owns, and serves all other logs from the store. Does not execute runs. */
public final class JournalVerticle extends VerticleBase {

    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);
    private static final Duration RETRY_DELAY = Duration.ofMillis(250);

    private final Bus bus;
    private final JournalConfig config;
    private final Ids ids;
    private final String source;
    private final LiveRunRegistry liveRuns;
    private final StoredLogCache storedLogs;
    private final RunTakeover takeover;
    private final CompletedLogWriter completedLogs;

    /** @param singleProcess whether no other process can write the store */
    public JournalVerticle(
            Bus bus,
            JournalConfig config,
            ConversationConfig conversation,
            Ids ids,
            Clocks clocks,
            boolean singleProcess) {
        this.bus = bus;
        this.config = config;
        this.ids = ids;
        this.source = ids.next("journal.");
        this.storedLogs = new StoredLogCache(bus, clocks.nanos(), config.linger());
        this.liveRuns = new LiveRunRegistry(bus, config, conversation, clocks, source, storedLogs);
        RunResumer resumer = new RunResumer(bus, clocks.wall(), liveRuns);
        this.takeover = new RunTakeover(bus, clocks.wall(), config.leaseDuration(), source, singleProcess, resumer);
        this.completedLogs = new CompletedLogWriter(bus, clocks.wall(), source);
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(SWEEP_INTERVAL.toMillis(), _ -> sweep());
        vertx.setTimer(1, _ -> takeOverRuns());
        liveRuns.start(vertx);
        return bus.handle(Addresses.follow(source), liveRuns::follow)
                .compose(_ -> bus.handle(Addresses.JOURNAL_OPEN, this::open))
                .compose(_ -> bus.handle(Addresses.JOURNAL_GENERATE_TURN, this::generateTurn))
                .compose(_ -> bus.handle(Addresses.JOURNAL_WRITE, this::write))
                .compose(_ -> bus.handle(Addresses.JOURNAL_CANCEL_TURN, this::cancelTurn))
                .compose(_ -> bus.handle(Addresses.JOURNAL_ATTACH, this::attach))
                .compose(_ -> bus.handle(Addresses.JOURNAL_READ, this::read))
                .compose(_ -> bus.handle(Addresses.JOURNAL_READ_LOG, this::readLog));
    }

    @Override
    public Future<?> stop() {
        liveRuns.stop();
        return Future.succeededFuture();
    }

    private Future<StreamRef> open(OpenLog request) {
        return !request.initialEvents().isEmpty() && request.initialEvents().getLast() instanceof RunEvent.Ended ended
                ? completedLogs
                        .store(request.run(), request.initialEvents(), ended)
                        .map(run -> new StreamRef(run.id(), source))
                : liveRuns.open(request, ids.next("call_"));
    }

    private Future<TurnResult> generateTurn(GenerateTurn request) {
        return liveRuns.require(request.run()).generateTurn(request, ids.next("call_"));
    }

    private Future<Ack> write(Write request) {
        return liveRuns.require(request.run()).write(request.events()).map(_ -> new Ack());
    }

    private Future<Ack> cancelTurn(CancelTurn request) {
        liveRuns.find(request.run()).ifPresent(run -> run.cancelTurn(request.cause()));
        return Future.succeededFuture(new Ack());
    }

    private Future<StreamRef> attach(Attach request) {
        return find(request.user(), request.run())
                .compose(found -> checkCursor(request, found.log().highWatermark()));
    }

    /** A live run is read from memory, any other from the store. The store also decides whether an ended run still exists. */
    private Future<RunWithLog> find(String user, String id) {
        Optional<LiveRun> liveRun = liveRuns.find(id);
        if (liveRun.isPresent() && !liveRun.get().endStored()) {
            LiveRun run = liveRun.get();
            requireOwner(run.run(), user);
            return run.stored().map(_ -> new RunWithLog(run.run(), run.log()));
        }
        return bus.request(Addresses.STORE_LOAD_RUN, new LoadRun(Optional.of(user), id))
                .compose(run -> liveRun.map(LiveRun::log)
                        .map(Future::succeededFuture)
                        .orElseGet(() -> liveRuns.log(id))
                        .map(log -> new RunWithLog(run, log)));
    }

    private record RunWithLog(Run run, RunLog log) {}

    private Future<StreamRef> checkCursor(Attach request, Cursor tail) {
        return request.after().compareTo(tail) > 0
                ? Future.failedFuture(
                        new Problem.Malformed("invalid_cursor", "the cursor is after the end of the log").toException())
                : Future.succeededFuture(new StreamRef(request.run(), source));
    }

    private Future<Transcript> read(Read request) {
        return find(request.user(), request.run())
                .map(found -> TranscriptBuilder.of(
                        found.run(), found.log().events(), found.log().highWatermark()));
    }

    private Future<FullLog> readLog(ReadLog request) {
        return find(request.user(), request.run()).map(found -> {
            List<RunEvent> events = found.log().events();
            return new FullLog(
                    TranscriptBuilder.of(found.run(), events, found.log().highWatermark()), events);
        });
    }

    private static void requireOwner(Run run, String user) {
        if (!run.owner().equals(user)) {
            throw new Problem.NotFound().toException();
        }
    }

    /** Looks for orphaned runs periodically, and after a failure again after a short delay. */
    private void takeOverRuns() {
        Duration interval = config.leaseDuration().dividedBy(2);
        takeover.sweep().onComplete(result -> {
            Duration delay = result.succeeded() || interval.compareTo(RETRY_DELAY) < 0 ? interval : RETRY_DELAY;
            vertx.setTimer(Math.max(1, delay.toMillis()), _ -> takeOverRuns());
        });
    }

    private void sweep() {
        storedLogs.sweep();
        liveRuns.sweep();
    }
}
