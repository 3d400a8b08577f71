package io.parley.orchestrator;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.config.ConversationConfig;
import io.parley.contract.Addresses;
import io.parley.contract.ContextMessage;
import io.parley.contract.ContextMessage.Context;
import io.parley.contract.Cursor;
import io.parley.contract.GatewayMessage.Check;
import io.parley.contract.Origin;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Attach;
import io.parley.contract.RunMessage.Hush;
import io.parley.contract.RunMessage.Idempotency;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.OpenLog;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.StartChat;
import io.parley.contract.RunMessage.State;
import io.parley.contract.RunMessage.Stop;
import io.parley.contract.RunMessage.Write;
import io.parley.contract.RunStatus;
import io.parley.contract.Script;
import io.parley.contract.ServerMessage;
import io.parley.contract.StoreMessage.Claim;
import io.parley.contract.StoreMessage.Claimed;
import io.parley.contract.StoreMessage.LoadRun;
import io.parley.contract.StreamMessage.Cancel;
import io.parley.contract.StreamMessage.Done;
import io.parley.contract.StreamMessage.Opened;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts conversations, plays their scripts on virtual threads, and stops them. Knows turns, never tokens. */
public final class OrchestratorVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(OrchestratorVerticle.class);

    private final Bus bus;
    private final ConversationConfig config;
    private final Ids ids;
    private final InstantSource clock;
    private final ChatScript chats;
    private final Map<String, ActiveRun> active = new HashMap<>();
    private boolean draining;

    public OrchestratorVerticle(Bus bus, ConversationConfig config, Ids ids, InstantSource clock) {
        this.bus = bus;
        this.config = config;
        this.ids = ids;
        this.clock = clock;
        this.chats = new ChatScript(bus, clock, ids, config.flowTimeout());
    }

    @Override
    public Future<?> start() {
        return bus.answer(Addresses.RUN_START, this::start)
                .compose(_ -> bus.answer(Addresses.RUN_STOP, this::stop))
                .compose(_ -> bus.answer(Addresses.RUN_DRAIN, this::drain))
                .compose(_ -> bus.listen(Addresses.SERVER_DRAINING, _ -> draining = true));
    }

    private Future<Opened> start(StartChat start) {
        if (draining) {
            throw shuttingDown().toException();
        }
        Origin origin = start.origin();
        Context context = bus.ask(Addresses.CONTEXT_LOAD, new ContextMessage.Load(origin.user(), start.contextId()))
                .await();
        bus.ask(Addresses.GATEWAY_CHECK, new Check(start.chat().choice())).await();
        String fresh = ids.next("run_");
        String id =
                start.idempotency().map(key -> claim(origin.user(), key, fresh)).orElse(fresh);
        return id.equals(fresh) ? begin(origin, context, start.chat(), id) : rejoin(origin, context, start.chat(), id);
    }

    private Future<Opened> begin(Origin origin, Context context, Script.Chat chat, String id) {
        Instant now = clock.instant();
        Run run = new Run(
                id,
                origin.user(),
                context.id(),
                RunStatus.RUNNING,
                chat(context, chat),
                new Lease("", 1, now),
                now,
                now,
                0);
        ActiveRun next = new ActiveRun(run, origin.withRun(context.id(), id));
        active.put(id, next);
        return bus.ask(Addresses.JOURNAL_OPEN, new OpenLog(run, List.of()))
                .onSuccess(_ -> this.context.runOnContext(_ -> play(next)))
                .onFailure(_ -> active.remove(id));
    }

    /** The same key again: the same run, unless the first attempt never came as far as storing it. */
    private Future<Opened> rejoin(Origin origin, Context context, Script.Chat chat, String id) {
        return bus.ask(Addresses.JOURNAL_ATTACH, new Attach(origin.user(), id, Cursor.START))
                .recover(cause -> Problem.of(cause) instanceof Problem.NotFound
                        ? begin(origin, context, chat, id)
                        : Future.failedFuture(cause));
    }

    private String claim(String user, Idempotency key, String run) {
        Claim claim = new Claim(
                user, key.key(), key.bodyDigest(), run, clock.instant().plus(config.idempotencyTtl()));
        Claimed claimed = bus.ask(Addresses.STORE_CLAIM, claim).await();
        if (!claimed.digest().equals(key.bodyDigest())) {
            throw new Problem.Invalid(List.of(new Problem.Violation(
                            "", "idempotency", "this Idempotency-Key came with another body before")))
                    .toException();
        }
        return claimed.value();
    }

    private static Script.Chat chat(Context context, Script.Chat chat) {
        String prompt =
                context.systemPrompt().orElse("You are an assistant for the user's " + context.name() + " context");
        return new Script.Chat(
                prompt,
                chat.messages(),
                chat.choice(),
                chat.temperature(),
                chat.maxTokens(),
                chat.extractFlows(),
                chat.cancelOnDisconnect());
    }

    private void play(ActiveRun run) {
        RunStatus status = RunStatus.ERROR;
        log(run, "a run begins", "running");
        try {
            status = switch (run.run().script()) {
                case Script.Chat chat -> chats.play(run, chat);
                case Script.Duo _ -> throw new IllegalStateException();
            };
        } catch (RuntimeException e) {
            broke(run, e);
        } finally {
            active.remove(run.run().id());
            run.end(status);
            log(run, "a run ends", status.wire());
        }
    }

    private static void log(ActiveRun run, String what, String status) {
        LOG.atInfo()
                .addKeyValue("request_id", run.origin().requestId())
                .addKeyValue("user_id", run.origin().user())
                .addKeyValue("context_id", run.run().contextId())
                .addKeyValue("run_id", run.run().id())
                .addKeyValue("status", status)
                .log(what);
    }

    /** The script could not go on; if the log can still be written, its readers are told so. */
    private void broke(ActiveRun run, RuntimeException cause) {
        Problem problem = Problem.of(cause);
        LOG.atError()
                .addKeyValue("request_id", run.origin().requestId())
                .addKeyValue("run_id", run.run().id())
                .addKeyValue("code", problem.code())
                .setCause(problem instanceof Problem.Internal ? cause : null)
                .log("a run broke");
        RunEvent.Ended end = new RunEvent.Ended(
                clock.millis(),
                RunStatus.ERROR,
                0,
                Usage.NONE,
                Optional.empty(),
                Optional.of(problem),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        bus.ask(Addresses.JOURNAL_WRITE, new Write(run.run().id(), List.of(end)));
    }

    private Future<State> stop(Stop stop) {
        ActiveRun run = active.get(stop.run());
        if (run == null || !run.run().owner().equals(stop.origin().user())) {
            return bus.ask(
                            Addresses.STORE_LOAD_RUN,
                            new LoadRun(Optional.of(stop.origin().user()), stop.run()))
                    .map(ended -> new State(ended.id(), ended.status(), false, Optional.empty()));
        }
        boolean first = run.stopped().isEmpty();
        halt(run, new Problem.Cancelled(stop.cause()), stop.cause());
        return run.ended().map(status -> new State(stop.run(), status, first, Optional.empty()));
    }

    private void halt(ActiveRun run, Problem why, String cause) {
        run.stop(why);
        bus.ask(Addresses.JOURNAL_HUSH, new Hush(run.run().id(), cause));
        run.extraction().ifPresent(call -> bus.ask(Addresses.FLOW_CANCEL, new Cancel(call)));
    }

    private Future<Done> drain(ServerMessage.Drain drain) {
        draining = true;
        long timer = vertx.setTimer(
                Math.max(1, drain.grace().toMillis()),
                _ -> List.copyOf(active.values()).forEach(run -> halt(run, shuttingDown(), "shutdown")));
        List<Future<RunStatus>> endings =
                active.values().stream().map(ActiveRun::ended).toList();
        return Future.join(endings).<Done>map(_ -> new Done()).onComplete(_ -> vertx.cancelTimer(timer));
    }

    private static Problem shuttingDown() {
        return new Problem.Unavailable(Problem.Reason.SHUTTING_DOWN, Duration.ofSeconds(5));
    }
}
