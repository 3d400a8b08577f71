package io.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.bus.Bus;
import io.parley.bus.Clocks;
import io.parley.bus.Ids;
import io.parley.config.ConversationConfig;
import io.parley.config.JournalConfig;
import io.parley.contract.Addresses;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.ModelSelection;
import io.parley.contract.RequestContext;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Action;
import io.parley.contract.RunMessage.Command;
import io.parley.contract.RunMessage.CommandResult;
import io.parley.contract.RunMessage.CountRuns;
import io.parley.contract.RunMessage.Read;
import io.parley.contract.RunMessage.StartDuo;
import io.parley.contract.RunMessage.Stop;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunSpec;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.StreamMessage.Follow;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.journal.JournalVerticle;
import io.parley.orchestrator.OrchestratorVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** One node without providers, sockets or disks: the real journal and orchestrator over a fake store and a fake gateway. */
public final class ConversationHarness implements AutoCloseable {

    public static final JournalConfig FAST_JOURNAL = new JournalConfig(
            Duration.ofMillis(300), Duration.ofMillis(20), 32, 8192, Duration.ofMillis(300), Duration.ofMillis(100));
    private static final ConversationConfig CONVERSATION = new ConversationConfig(
            Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofHours(24));
    private static final InstantSource CLOCK = InstantSource.system();
    private static final Duration FOLLOW_TIMEOUT = Duration.ofSeconds(4);

    public final Vertx vertx = Vertx.vertx();
    public final Bus bus = Bus.install(vertx);
    public final FakeGateway gateway = new FakeGateway(vertx);

    private final Ids ids = new Ids(CLOCK, RandomGenerator.getDefault());

    private final ConversationConfig conversation;

    private ConversationHarness(boolean keepThinking) {
        conversation = new ConversationConfig(
                CONVERSATION.abandonAfter(),
                CONVERSATION.commitAfter(),
                CONVERSATION.flowTimeout(),
                CONVERSATION.idempotencyTtl(),
                CONVERSATION.maxTurns(),
                CONVERSATION.startsPerMinute(),
                keepThinking,
                CONVERSATION.responsesKeep());
    }

    /** Creates a node over {@code store}. Several may share a store, as nodes of a cluster or as successive starts of one process. */
    public static ConversationHarness start(FakeStore store, boolean singleProcess) throws Exception {
        return start(store, singleProcess, false);
    }

    /** Creates a node that stores the reasoning of turns with them if {@code keepThinking}. */
    public static ConversationHarness start(FakeStore store, boolean singleProcess, boolean keepThinking)
            throws Exception {
        ConversationHarness node = new ConversationHarness(keepThinking);
        await(store.start(node.bus).compose(_ -> node.gateway.start(node.bus)));
        node.deployOrchestrator();
        node.deployJournal(singleProcess);
        return node;
    }

    /** Deploys a node that has the journal, but no {@link #deployOrchestrator() orchestrator} yet. */
    public static ConversationHarness startWithoutOrchestrator(FakeStore store, boolean singleProcess)
            throws Exception {
        ConversationHarness node = new ConversationHarness(false);
        await(store.start(node.bus).compose(_ -> node.gateway.start(node.bus)));
        node.deployJournal(singleProcess);
        return node;
    }

    public void deployOrchestrator() throws Exception {
        await(vertx.deployVerticle(
                new OrchestratorVerticle(bus, conversation, ids, CLOCK),
                new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
    }

    private void deployJournal(boolean singleProcess) throws Exception {
        await(vertx.deployVerticle(new JournalVerticle(
                bus, FAST_JOURNAL, conversation, ids, new Clocks(CLOCK, System::nanoTime), singleProcess)));
    }

    /** Simulates a crash: the node writes and publishes nothing more. */
    @Override
    public void close() throws Exception {
        vertx.close().await(5, TimeUnit.SECONDS);
    }

    public static RequestContext origin() {
        return new RequestContext("req", "ann", Optional.empty(), Optional.empty());
    }

    public static RunSpec.Duo duo(int turns, RunSpec.StopRules rules) {
        return new RunSpec.Duo("tea or coffee?", turns, List.of(bot("Tea"), bot("Coffee")), rules, Optional.empty());
    }

    public static RunSpec.Bot bot(String name) {
        return new RunSpec.Bot(
                name, ModelSelection.DEFAULT, "You are for " + name, OptionalDouble.empty(), OptionalInt.empty());
    }

    public StreamRef startDuo(RunSpec.Duo duo) throws Exception {
        return await(
                bus.request(Addresses.RUN_START_DUO, new StartDuo(origin(), Optional.empty(), duo, Optional.empty())));
    }

    public CommandResult command(String run, Action order) throws Exception {
        return command(run, Optional.empty(), order);
    }

    public CommandResult command(String run, Optional<String> key, Action order) throws Exception {
        return await(bus.request(Addresses.RUN_COMMAND, new Command(origin(), run, key, order)));
    }

    public CommandResult stop(String run) throws Exception {
        return await(bus.request(Addresses.RUN_STOP, new Stop(origin(), run, "user")));
    }

    public Transcript transcript(String run) throws Exception {
        return await(bus.request(Addresses.JOURNAL_READ, new Read("ann", run)));
    }

    /** Follows the log from the beginning until {@code condition} holds for an event, or the log ends. */
    public List<RunEvent> readUntil(StreamRef opened, Predicate<RunEvent> condition) throws Exception {
        List<RunEvent> all = new ArrayList<>();
        Batch batch = new Batch(Cursor.START, List.of(), false);
        while (!batch.end()) {
            batch = await(bus.request(
                    Addresses.follow(opened.source()), new Follow(opened.streamId(), batch.last(), FOLLOW_TIMEOUT)));
            if (batch.events().isEmpty() && !batch.end()) {
                throw new AssertionError("no more events came after " + all);
            }
            for (Event event : batch.events()) {
                all.add((RunEvent) event);
                if (condition.test((RunEvent) event)) {
                    return all;
                }
            }
        }
        return all;
    }

    /** Waits until this node executes {@code count} runs, and so takes their commands. */
    public void awaitActiveRuns(int count) throws Exception {
        Eventually.eventually(() -> assertThat(
                        await(bus.request(Addresses.RUN_COUNT, new CountRuns())).runs())
                .as("active runs")
                .isEqualTo(count));
    }

    /** Repeats the check until it holds. */
    public void eventually(BooleanSupplier condition) throws Exception {
        Eventually.eventually(
                () -> assertThat(condition.getAsBoolean()).as("condition").isTrue());
    }

    public static <T> T await(Future<T> future) throws Exception {
        return future.await(10, TimeUnit.SECONDS);
    }
}
