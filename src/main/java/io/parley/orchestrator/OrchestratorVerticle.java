package io.parley.orchestrator;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.config.ConversationConfig;
import io.parley.contract.Addresses;
import io.parley.contract.Cursor;
import io.parley.contract.RequestContext;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Attach;
import io.parley.contract.RunMessage.Command;
import io.parley.contract.RunMessage.RunCount;
import io.parley.contract.RunMessage.Fork;
import io.parley.contract.RunMessage.CancelTurn;
import io.parley.contract.RunMessage.OpenLog;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.GenerateTurn;
import io.parley.contract.RunMessage.StartChat;
import io.parley.contract.RunMessage.StartDuo;
import io.parley.contract.RunMessage.CommandResult;
import io.parley.contract.RunMessage.Stop;
import io.parley.contract.RunMessage.ResumeRun;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunStatus;
import io.parley.contract.RunSpec;
import io.parley.contract.ServerMessage;
import io.parley.contract.StoreMessage.LoadRun;
import io.parley.contract.StreamMessage.Cancel;
import io.parley.contract.StreamMessage.Ack;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts conversations, executes them on virtual threads, and applies commands to them. Handles whole turns, not
 * tokens.
 */
public final class OrchestratorVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(OrchestratorVerticle.class);
    private static final int MAX_ATTEMPTS = 3;

    private final Bus bus;
    private final JournalClient log;
    private final RunStarter starts;
    private final Commands commands;
    private final ChatRunner chats;
    private final DuoRunner duos;
    private final Map<String, ActiveRun> active = new HashMap<>();
    private boolean draining;

    public OrchestratorVerticle(Bus bus, ConversationConfig config, Ids ids, InstantSource clock) {
        this.bus = bus;
        this.log = new JournalClient(bus, clock);
        this.starts = new RunStarter(bus, config, ids, clock);
        this.commands = new Commands(bus, log);
        this.chats = new ChatRunner(bus, log, ids, config.flowTimeout(), MAX_ATTEMPTS);
        this.duos = new DuoRunner(log, MAX_ATTEMPTS);
    }

    @Override
    public Future<?> start() {
        return bus.answer(Addresses.RUN_START, (StartChat wish) -> begin(wish.origin(), () -> starts.chat(wish)))
                .compose(_ -> bus.answer(
                        Addresses.RUN_START_DUO, (StartDuo wish) -> begin(wish.origin(), () -> starts.duo(wish))))
                .compose(_ ->
                        bus.answer(Addresses.RUN_FORK, (Fork wish) -> begin(wish.origin(), () -> starts.fork(wish))))
                .compose(_ -> bus.answer(Addresses.RUN_GO_ON, this::goOn))
                .compose(_ -> bus.answer(Addresses.RUN_COMMAND, this::command))
                .compose(_ -> bus.answer(Addresses.RUN_STOP, this::stop))
                .compose(_ -> bus.answer(Addresses.RUN_DRAIN, this::drain))
                .compose(_ -> bus.answer(Addresses.RUN_COUNT, _ -> Future.succeededFuture(new RunCount(active.size()))))
                .compose(_ -> bus.listen(Addresses.SERVER_DRAINING, _ -> draining = true));
    }

    private Future<StreamRef> begin(RequestContext origin, Supplier<RunStarter.PreparedRun> wish) {
        if (draining) {
            throw shuttingDown().toException();
        }
        RunStarter.PreparedRun start = wish.get();
        return start.fresh() ? open(origin, start) : rejoin(origin, start);
    }

    private Future<StreamRef> open(RequestContext origin, RunStarter.PreparedRun start) {
        Run run = start.run();
        ActiveRun next = new ActiveRun(run, origin.withRun(run.contextId(), run.id()));
        active.put(run.id(), next);
        Optional<GenerateTurn> first = run.script() instanceof RunSpec.Chat chat
                ? Optional.of(ChatRunner.opening(next, chat))
                : Optional.empty();
        return bus.ask(Addresses.JOURNAL_OPEN, new OpenLog(run, start.opening(), first))
                .onSuccess(_ -> context.runOnContext(_ -> play(next, Optional.empty())))
                .onFailure(_ -> {
                    active.remove(run.id(), next);
                    next.end(RunStatus.ERROR);
                });
    }

    /**
     * A repeated idempotency key returns the same run, or starts it if the first request failed before it was stored.
     */
    private Future<StreamRef> rejoin(RequestContext origin, RunStarter.PreparedRun start) {
        return bus.ask(
                        Addresses.JOURNAL_ATTACH,
                        new Attach(origin.user(), start.run().id(), Cursor.START))
                .recover(cause -> Problem.of(cause) instanceof Problem.NotFound
                        ? open(origin, start)
                        : Future.failedFuture(cause));
    }

    private Future<Ack> goOn(ResumeRun takenOver) {
        Run run = takenOver.transcript().run();
        RequestContext origin = new RequestContext("takeover", run.owner(), Optional.of(run.contextId()), Optional.of(run.id()));
        ActiveRun next = new ActiveRun(run, origin);
        next.stepping(takenOver.transcript().stage().stepping());
        active.put(run.id(), next);
        context.runOnContext(_ -> play(next, Optional.of(takenOver.transcript())));
        return Future.succeededFuture(new Ack());
    }

    private void play(ActiveRun run, Optional<Transcript> past) {
        RunStatus status = RunStatus.ERROR;
        log(run, past.isEmpty() ? "run started" : "run resumed", RunStatus.RUNNING);
        try {
            status = switch (run.run().script()) {
                case RunSpec.Chat chat -> chats.play(run, chat, past);
                case RunSpec.Duo duo -> duos.play(run, duo);
            };
        } catch (Exception e) {
            status = broke(run, e);
        } finally {
            active.remove(run.run().id(), run);
            run.end(status);
            log(run, status.ended() ? "run ended" : "run handed over at shutdown", status);
        }
    }

    /** Logs the failure and ends the log with it, if the log can still be written. */
    private RunStatus broke(ActiveRun run, Exception cause) {
        if (cause instanceof InterruptedException) {
            return RunStatus.RUNNING; // shutdown: another instance takes the run over
        }
        Problem problem = Problem.of(cause);
        LOG.atError()
                .addKeyValue("request_id", run.origin().requestId())
                .addKeyValue("run_id", run.run().id())
                .addKeyValue("code", problem.code())
                .setCause(problem instanceof Problem.Internal ? cause : null)
                .log("run failed");
        try {
            log.write(run, end(run, problem));
        } catch (RuntimeException e) {
            LOG.atDebug().addKeyValue("run_id", run.run().id()).log("run failure not written: the log is closed");
        }
        return RunStatus.ERROR;
    }

    /** The end with the usage of the run, if its transcript can be read. */
    private RunEvent.Ended end(ActiveRun run, Problem why) {
        try {
            Transcript known = log.read(run);
            return log.failed(why, known.stage().turn(), known.usage(), Optional.empty());
        } catch (RuntimeException e) {
            return log.failed(why, 0, Usage.NONE, Optional.empty());
        }
    }

    private Future<CommandResult> command(Command command) {
        ActiveRun run = active.get(command.run());
        if (run == null || !run.run().owner().equals(command.origin().user())) {
            return absent(command);
        }
        return Future.succeededFuture(run.inTurn(() -> commands.apply(run, command)));
    }

    private Future<CommandResult> absent(Command command) {
        return bus.ask(
                        Addresses.STORE_LOAD_RUN,
                        new LoadRun(Optional.of(command.origin().user()), command.run()))
                .map(run -> {
                    throw run.status().ended()
                            ? new Problem.Conflict("the run has ended").toException()
                            : new Problem.Unavailable(Problem.Reason.UNREACHABLE, Duration.ofSeconds(2)).toException();
                });
    }

    private Future<CommandResult> stop(Stop stop) {
        ActiveRun run = active.get(stop.run());
        if (run == null || !run.run().owner().equals(stop.origin().user())) {
            return bus.ask(
                            Addresses.STORE_LOAD_RUN,
                            new LoadRun(Optional.of(stop.origin().user()), stop.run()))
                    .map(ended -> new CommandResult(ended.id(), ended.status(), false, Optional.empty()));
        }
        boolean first = run.stopped().isEmpty();
        halt(run, new Problem.Cancelled(stop.cause()), stop.cause());
        return run.ended().map(status -> new CommandResult(stop.run(), status, first, Optional.empty()));
    }

    private void halt(ActiveRun run, Problem why, String cause) {
        run.stop(why);
        bus.ask(Addresses.JOURNAL_HUSH, new CancelTurn(run.run().id(), cause));
        run.extraction().ifPresent(call -> bus.ask(Addresses.FLOW_CANCEL, new Cancel(call)));
    }

    private Future<Ack> drain(ServerMessage.Drain drain) {
        draining = true;
        long timer = vertx.setTimer(
                Math.max(1, drain.grace().toMillis()),
                _ -> List.copyOf(active.values()).forEach(run -> halt(run, shuttingDown(), "shutdown")));
        List<Future<RunStatus>> endings =
                active.values().stream().map(ActiveRun::ended).toList();
        return Future.join(endings).<Ack>map(_ -> new Ack()).onComplete(_ -> vertx.cancelTimer(timer));
    }

    private static Problem shuttingDown() {
        return new Problem.Unavailable(Problem.Reason.SHUTTING_DOWN, Duration.ofSeconds(5));
    }

    private static void log(ActiveRun run, String what, RunStatus status) {
        LOG.atInfo()
                .addKeyValue("request_id", run.origin().requestId())
                .addKeyValue("user_id", run.origin().user())
                .addKeyValue("context_id", run.run().contextId())
                .addKeyValue("run_id", run.run().id())
                .addKeyValue("status", status.wire())
                .log(what);
    }
}
