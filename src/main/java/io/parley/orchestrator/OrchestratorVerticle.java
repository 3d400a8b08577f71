package io.parley.orchestrator;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.config.ConversationConfig;
import io.parley.contract.Addresses;
import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.RequestContext;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Attach;
import io.parley.contract.RunMessage.CancelTurn;
import io.parley.contract.RunMessage.Command;
import io.parley.contract.RunMessage.CommandResult;
import io.parley.contract.RunMessage.Fork;
import io.parley.contract.RunMessage.GenerateTurn;
import io.parley.contract.RunMessage.OpenLog;
import io.parley.contract.RunMessage.ResumeRun;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.RunCount;
import io.parley.contract.RunMessage.StartChat;
import io.parley.contract.RunMessage.StartDuo;
import io.parley.contract.RunMessage.Stop;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import io.parley.contract.ServerMessage;
import io.parley.contract.StoreMessage.LoadRun;
import io.parley.contract.StreamMessage.Ack;
import io.parley.contract.StreamMessage.Cancel;
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
    private final JournalClient journal;
    private final RunStarter starter;
    private final Commands commands;
    private final ChatRunner chatRunner;
    private final DuoRunner duoRunner;
    private final Map<String, ActiveRun> activeRuns = new HashMap<>();
    private boolean draining;

    public OrchestratorVerticle(Bus bus, ConversationConfig config, Ids ids, InstantSource clock) {
        this.bus = bus;
        this.journal = new JournalClient(bus, clock);
        this.starter = new RunStarter(bus, config, ids, clock);
        this.commands = new Commands(bus, journal);
        this.chatRunner = new ChatRunner(bus, journal, ids, config.flowTimeout(), MAX_ATTEMPTS);
        this.duoRunner = new DuoRunner(journal, MAX_ATTEMPTS);
    }

    @Override
    public Future<?> start() {
        return bus.handle(
                        Addresses.RUN_START,
                        (StartChat request) -> begin(request.requestContext(), () -> starter.chat(request)))
                .compose(_ -> bus.handle(
                        Addresses.RUN_START_DUO,
                        (StartDuo request) -> begin(request.requestContext(), () -> starter.duo(request))))
                .compose(_ -> bus.handle(
                        Addresses.RUN_FORK,
                        (Fork request) -> begin(request.requestContext(), () -> starter.fork(request))))
                .compose(_ -> bus.handle(Addresses.RUN_RESUME, this::resume))
                .compose(_ -> bus.handle(Addresses.RUN_COMMAND, this::command))
                .compose(_ -> bus.handle(Addresses.RUN_STOP, this::stop))
                .compose(_ -> bus.handle(Addresses.RUN_DRAIN, this::drain))
                .compose(_ ->
                        bus.handle(Addresses.RUN_COUNT, _ -> Future.succeededFuture(new RunCount(activeRuns.size()))))
                .compose(_ -> bus.subscribe(Addresses.SERVER_DRAINING, _ -> draining = true));
    }

    private Future<StreamRef> begin(RequestContext requestContext, Supplier<RunStarter.PreparedRun> preparation) {
        if (draining) {
            throw shuttingDown().toException();
        }
        RunStarter.PreparedRun prepared = preparation.get();
        return prepared.created() ? open(requestContext, prepared) : rejoin(requestContext, prepared);
    }

    private Future<StreamRef> open(RequestContext requestContext, RunStarter.PreparedRun prepared) {
        Run run = prepared.run();
        ActiveRun next = new ActiveRun(run, requestContext.withRun(run.contextId(), run.id()));
        activeRuns.put(run.id(), next);
        Optional<GenerateTurn> firstTurn = run.spec() instanceof RunSpec.Chat chat
                ? Optional.of(ChatRunner.firstTurn(next, chat))
                : Optional.empty();
        return bus.request(Addresses.JOURNAL_OPEN, new OpenLog(run, prepared.initialEvents(), firstTurn))
                .onSuccess(_ -> context.runOnContext(_ -> execute(next, Optional.empty())))
                .onFailure(_ -> {
                    activeRuns.remove(run.id(), next);
                    next.end(RunStatus.ERROR);
                });
    }

    /**
     * A repeated idempotency key returns the same run, or starts it if the first request failed before it was stored.
     */
    private Future<StreamRef> rejoin(RequestContext requestContext, RunStarter.PreparedRun prepared) {
        return bus.request(
                        Addresses.JOURNAL_ATTACH,
                        new Attach(requestContext.user(), prepared.run().id(), Cursor.START))
                .recover(cause -> Problem.of(cause) instanceof Problem.NotFound
                        ? open(requestContext, prepared)
                        : Future.failedFuture(cause));
    }

    private Future<Ack> resume(ResumeRun request) {
        Run run = request.transcript().run();
        RequestContext requestContext =
                new RequestContext("takeover", run.owner(), Optional.of(run.contextId()), Optional.of(run.id()));
        ActiveRun next = new ActiveRun(run, requestContext);
        next.stepping(request.transcript().progress().stepping());
        activeRuns.put(run.id(), next);
        context.runOnContext(_ -> execute(next, Optional.of(request.transcript())));
        return Future.succeededFuture(new Ack());
    }

    private void execute(ActiveRun run, Optional<Transcript> transcript) {
        RunStatus status = RunStatus.ERROR;
        logEvent(run, transcript.isEmpty() ? "run started" : "run resumed", RunStatus.RUNNING);
        try {
            status = switch (run.run().spec()) {
                case RunSpec.Chat chat -> chatRunner.run(run, chat, transcript);
                case RunSpec.Duo duo -> duoRunner.run(run, duo);
            };
        } catch (Exception e) {
            status = onFailure(run, e);
        } finally {
            activeRuns.remove(run.run().id(), run);
            run.end(status);
            logEvent(run, status.ended() ? "run ended" : "run handed over at shutdown", status);
        }
    }

    /** Logs the failure and ends the log with it, if the log can still be written. */
    private RunStatus onFailure(ActiveRun run, Exception cause) {
        if (cause instanceof InterruptedException) {
            return RunStatus.RUNNING; // shutdown: another instance takes the run over
        }
        Problem problem = Problem.of(cause);
        LOG.atError()
                .addKeyValue("request_id", run.requestContext().requestId())
                .addKeyValue("run_id", run.run().id())
                .addKeyValue("code", problem.code())
                .setCause(problem instanceof Problem.Internal ? cause : null)
                .log("run failed");
        try {
            journal.write(run, failedEnd(run, problem));
        } catch (RuntimeException e) {
            LOG.atDebug().addKeyValue("run_id", run.run().id()).log("run failure not written: the log is closed");
        }
        return RunStatus.ERROR;
    }

    /** The end with the usage of the run, if its transcript can be read. */
    private RunEvent.Ended failedEnd(ActiveRun run, Problem problem) {
        try {
            Transcript transcript = journal.read(run);
            return journal.failed(problem, transcript.progress().turn(), transcript.usage(), Optional.empty());
        } catch (RuntimeException e) {
            return journal.failed(problem, 0, Usage.NONE, Optional.empty());
        }
    }

    private Future<CommandResult> command(Command command) {
        ActiveRun run = activeRuns.get(command.run());
        if (run == null || !run.run().owner().equals(command.requestContext().user())) {
            return rejectInactive(command);
        }
        return Future.succeededFuture(run.serialized(() -> commands.apply(run, command)));
    }

    private Future<CommandResult> rejectInactive(Command command) {
        return bus.request(
                        Addresses.STORE_LOAD_RUN,
                        new LoadRun(Optional.of(command.requestContext().user()), command.run()))
                .map(run -> {
                    throw run.status().ended()
                            ? new Problem.Conflict("the run has ended").toException()
                            : new Problem.Unavailable(Problem.Reason.UNREACHABLE, Duration.ofSeconds(2)).toException();
                });
    }

    private Future<CommandResult> stop(Stop stop) {
        ActiveRun run = activeRuns.get(stop.run());
        if (run == null || !run.run().owner().equals(stop.requestContext().user())) {
            return bus.request(
                            Addresses.STORE_LOAD_RUN,
                            new LoadRun(Optional.of(stop.requestContext().user()), stop.run()))
                    .map(ended -> new CommandResult(ended.id(), ended.status(), false, Optional.empty()));
        }
        boolean notYetStopped = run.stopped().isEmpty();
        cancel(run, new Problem.Cancelled(stop.cause()), stop.cause());
        return run.ended().map(status -> new CommandResult(stop.run(), status, notYetStopped, Optional.empty()));
    }

    private void cancel(ActiveRun run, Problem problem, String cause) {
        run.stop(problem);
        bus.request(Addresses.JOURNAL_CANCEL_TURN, new CancelTurn(run.run().id(), cause));
        run.extraction().ifPresent(callId -> bus.request(Addresses.FLOW_CANCEL, new Cancel(callId)));
    }

    private Future<Ack> drain(ServerMessage.Drain drain) {
        draining = true;
        long timer = vertx.setTimer(
                Math.max(1, drain.grace().toMillis()),
                _ -> List.copyOf(activeRuns.values()).forEach(run -> cancel(run, shuttingDown(), "shutdown")));
        List<Future<RunStatus>> runEnds =
                activeRuns.values().stream().map(ActiveRun::ended).toList();
        return Future.join(runEnds).<Ack>map(_ -> new Ack()).onComplete(_ -> vertx.cancelTimer(timer));
    }

    private static Problem shuttingDown() {
        return new Problem.Unavailable(Problem.Reason.SHUTTING_DOWN, Duration.ofSeconds(5));
    }

    private static void logEvent(ActiveRun run, String event, RunStatus status) {
        LOG.atInfo()
                .addKeyValue("request_id", run.requestContext().requestId())
                .addKeyValue("user_id", run.requestContext().user())
                .addKeyValue("context_id", run.run().contextId())
                .addKeyValue("run_id", run.run().id())
                .addKeyValue("status", status.wireName())
                .log(event);
    }
}
