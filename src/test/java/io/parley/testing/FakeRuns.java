package io.parley.testing;

import io.parley.bus.Bus;
import io.parley.bus.StreamLog;
import io.parley.bus.StreamRegistry;
import io.parley.contract.Addresses;
import io.parley.contract.FinishReason;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage;
import io.parley.contract.RunMessage.CommandResult;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.StartChat;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import io.parley.contract.Speaker;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.contract.Usage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Conversations without models and store: the test takes the role of all consumers on the bus. Runs on its own event
 * loop.
 */
public final class FakeRuns {

    private static final Usage USAGE = new Usage(12, 8, 0, 0, 0, false, OptionalLong.of(120));

    private final Context context;
    private final StreamRegistry streams;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<String, FakeRun> runs = new ConcurrentHashMap<>();
    private final BlockingQueue<FakeRun> started = new LinkedBlockingQueue<>();
    private final BlockingQueue<RunMessage.Stop> stops = new LinkedBlockingQueue<>();
    private final BlockingQueue<RunMessage.Command> commands = new LinkedBlockingQueue<>();
    private volatile Future<Void> startGate = Future.succeededFuture();
    private volatile String source = "fake.runs";

    public FakeRuns(Vertx vertx) {
        this.context = vertx.getOrCreateContext();
        this.streams = new StreamRegistry(vertx, "fake.runs", Duration.ofMinutes(1), System::nanoTime, _ -> {});
    }

    public Future<?> start(Bus bus) {
        return onContext(() -> streams.start(bus)
                .compose(_ -> bus.handle(Addresses.RUN_START, this::startRun))
                .compose(_ -> bus.handle(Addresses.RUN_STOP, this::stop))
                .compose(_ -> bus.handle(Addresses.RUN_COMMAND, this::command))
                .compose(_ -> bus.handle(
                        Addresses.JOURNAL_ATTACH,
                        attach -> find(attach.user(), attach.run()).map(run -> new StreamRef(run.id, source))))
                .compose(_ -> bus.handle(
                        Addresses.STORE_LOAD_RUN,
                        load -> find(load.user().orElseThrow(), load.run()).map(FakeRun::document)))
                .<Void>mapEmpty());
    }

    /** Sets what happens before a chat starts; a failed future is the problem that it ends with. */
    public void startGate(Future<Void> next) {
        startGate = next;
    }

    /** From now on logs can be found but not followed, as if their node had crashed. */
    public void loseLogs() {
        source = "fake.runs.dead";
    }

    /** Returns the next chat that was started. */
    public FakeRun nextStarted() throws InterruptedException {
        return take(started);
    }

    /** Returns the next stop that was requested. */
    public RunMessage.Stop nextStop() throws InterruptedException {
        return take(stops);
    }

    /** Returns whether a stop is requested within {@code limit}; it must be for {@code run}. */
    public boolean stoppedWithin(Duration limit, FakeRun run) throws InterruptedException {
        RunMessage.Stop stop = stops.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (stop != null && !stop.run().equals(run.id())) {
            throw new AssertionError("another run was stopped: " + stop);
        }
        return stop != null;
    }

    /** Returns whether no stop was requested. */
    public boolean notStopped() {
        return stops.isEmpty();
    }

    /** Returns the next command. */
    public RunMessage.Command nextCommand() throws InterruptedException {
        return take(commands);
    }

    /** Adds a run of {@code user} that was not started here. */
    public FakeRun addRun(String user, RunSpec script) throws Exception {
        return onContext(() -> Future.succeededFuture(create(user, script))).await(5, TimeUnit.SECONDS);
    }

    private Future<StreamRef> startRun(StartChat start) {
        return startGate.map(_ -> {
            FakeRun run = create(start.requestContext().user(), start.chat());
            started.add(run);
            return new StreamRef(run.id, source);
        });
    }

    private FakeRun create(String user, RunSpec script) {
        String id = "run_" + ids.incrementAndGet();
        FakeRun run = new FakeRun(id, user, script, streams.open(id));
        runs.put(id, run);
        return run;
    }

    private Future<CommandResult> stop(RunMessage.Stop stop) {
        stops.add(stop);
        return find(stop.requestContext().user(), stop.run()).map(run -> {
            boolean applied = !run.log.ended();
            if (applied) {
                run.log.publish(List.of(run.end(RunStatus.CANCELLED, Optional.empty(), Optional.of(stop.cause()))));
            }
            return new CommandResult(run.id, RunStatus.CANCELLED, applied, Optional.empty());
        });
    }

    private Future<CommandResult> command(RunMessage.Command command) {
        commands.add(command);
        return find(command.requestContext().user(), command.run())
                .map(run -> new CommandResult(run.id, RunStatus.PAUSED, true, Optional.empty()));
    }

    private Future<FakeRun> find(String user, String id) {
        FakeRun run = runs.get(id);
        return run != null && run.user.equals(user)
                ? Future.succeededFuture(run)
                : Future.failedFuture(new Problem.NotFound().toException());
    }

    private <T> Future<T> onContext(Supplier<Future<T>> action) {
        return Future.future(done -> context.runOnContext(_ -> action.get().onComplete(done)));
    }

    private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(5, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no request came");
        }
        return next;
    }

    /** One conversation, whose events the test publishes. */
    public final class FakeRun {

        private final String id;
        private final String user;
        private final RunSpec script;
        private final StreamLog log;

        private FakeRun(String id, String user, RunSpec script, StreamLog log) {
            this.id = id;
            this.user = user;
            this.script = script;
            this.log = log;
        }

        public String id() {
            return id;
        }

        public String user() {
            return user;
        }

        public RunSpec script() {
            return script;
        }

        /** Publishes all of them in one batch. */
        public FakeRun publish(RunEvent... events) {
            context.runOnContext(_ -> log.publish(List.of(events)));
            return this;
        }

        /** Returns the number of events that no reader has requested yet. */
        public int unreadCount() {
            return log.unread();
        }

        public FakeRun publishTokens(String... deltas) {
            for (String delta : deltas) {
                publish(token(delta));
            }
            return this;
        }

        public FakeRun complete() {
            return publish(turn(), end(RunStatus.COMPLETED, Optional.empty(), Optional.empty()));
        }

        public FakeRun fail(Problem problem) {
            return publish(end(RunStatus.ERROR, Optional.of(problem), Optional.empty()));
        }

        private RunEvent.Ended end(RunStatus status, Optional<Problem> problem, Optional<String> cause) {
            return new RunEvent.Ended(
                    1_000,
                    status,
                    1,
                    USAGE,
                    status == RunStatus.COMPLETED ? Optional.of(FinishReason.STOP) : Optional.empty(),
                    problem,
                    cause,
                    Optional.of("fake"),
                    Optional.of("fake-1"));
        }

        private Run document() {
            return new Run(
                    id,
                    user,
                    "ctx_1",
                    RunStatus.RUNNING,
                    script,
                    new Lease("fake.runs", 1, Instant.MAX),
                    Instant.EPOCH,
                    Instant.EPOCH,
                    0);
        }
    }

    public static RunEvent token(String delta) {
        return new RunEvent.Token(1_000, 0, 1, Speaker.ASSISTANT, delta);
    }

    public static RunEvent turn() {
        return new RunEvent.TurnCompleted(
                1_000, 0, 1, Speaker.ASSISTANT, 5, FinishReason.STOP, USAGE, 42, "fake", "fake-1");
    }
}
