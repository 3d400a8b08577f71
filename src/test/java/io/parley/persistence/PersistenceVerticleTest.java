package io.parley.persistence;

import static io.parley.persistence.run.RunRepositoryTest.batch;
import static io.parley.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.config.Secret;
import io.parley.config.StoreConfig;
import io.parley.contract.Addresses;
import io.parley.contract.Ask;
import io.parley.contract.ContextMessage;
import io.parley.contract.ContextMessage.Context;
import io.parley.contract.FlowMessage;
import io.parley.contract.FlowMessage.Flow;
import io.parley.contract.Message;
import io.parley.contract.Problem;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunStatus;
import io.parley.contract.StoreMessage;
import io.parley.contract.StreamMessage.Ack;
import io.parley.persistence.SwitchableProxy.Mode;
import io.parley.persistence.store.StoreException;
import io.parley.persistence.store.StoreHealth;
import io.parley.persistence.store.UnresponsiveStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@DisplayName("Persistence")
class PersistenceVerticleTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final Problem UNAVAILABLE = new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1));

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.install(vertx);
    private final InstantSource clock = InstantSource.system();
    private final Ids ids = new Ids(clock, new Random());

    @TempDir
    private Path dir;

    @BeforeEach
    void silenceLogs() {
        ((Logger) LoggerFactory.getLogger(StoreHealth.class)).setLevel(Level.ERROR); // its warnings are expected here
        ((Logger) LoggerFactory.getLogger("org.mongodb")).setLevel(Level.OFF);
        ((Logger) LoggerFactory.getLogger("de.bwaldvogel")).setLevel(Level.OFF);
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
        ((Logger) LoggerFactory.getLogger(StoreHealth.class)).setLevel(null);
        ((Logger) LoggerFactory.getLogger("org.mongodb")).setLevel(null);
    }

    @Test
    @DisplayName("handles every request about contexts and flows")
    void contextsAndFlows() throws Exception {
        deploy(Optional.empty());
        Context context = request(Addresses.CONTEXT_CREATE, new ContextMessage.Create("ann", "work", Optional.empty()));
        Flow flow = request(Addresses.FLOW_CREATE, new FlowMessage.Create("ann", context.id(), draft()));

        assertThat(request(Addresses.CONTEXT_LOAD, new ContextMessage.Load("ann", context.id())))
                .isEqualTo(context);
        assertThat(request(Addresses.CONTEXT_LIST, new ContextMessage.ListContexts("ann", 5, Optional.empty()))
                        .data())
                .containsExactly(context);
        assertThat(request(
                                Addresses.CONTEXT_CHANGE,
                                new ContextMessage.Change(
                                        "ann", context.id(), Optional.of("play"), Optional.empty(), false))
                        .name())
                .isEqualTo("play");
        assertThat(request(Addresses.FLOW_LOAD, new FlowMessage.Load("ann", flow.id())))
                .isEqualTo(flow);
        assertThat(request(Addresses.FLOW_LIST, new FlowMessage.ListFlows("ann", context.id(), 5, Optional.empty()))
                        .data())
                .containsExactly(flow);
        assertThat(request(Addresses.FLOW_CHANGE, retitle(flow.id())).draft().title())
                .isEqualTo("new");
        assertThat(request(Addresses.FLOW_DELETE, new FlowMessage.Delete("ann", flow.id())))
                .isEqualTo(new Ack());
        assertThat(request(Addresses.CONTEXT_DELETE, new ContextMessage.Delete("ann", context.id())))
                .isEqualTo(new Ack());
        assertThat(problem(Addresses.CONTEXT_LOAD, new ContextMessage.Load("ann", context.id())))
                .isEqualTo(new Problem.NotFound());
    }

    @Test
    @DisplayName("handles every request about runs, batches and idempotency keys")
    void runs() throws Exception {
        deploy(Optional.empty());
        Run run = TestRepositories.run("run_1", "ann", "ctx_1", RunStatus.RUNNING, TestRepositories.NOW);
        Optional<String> ann = Optional.of("ann");
        Optional<String> start = Optional.empty();

        assertThat(request(Addresses.STORE_INSERT_RUN, new StoreMessage.InsertRun(run)))
                .isEqualTo(new Ack());
        assertThat(request(Addresses.STORE_LOAD_RUN, new StoreMessage.LoadRun(ann, "run_1")))
                .isEqualTo(run);
        assertThat(request(Addresses.STORE_APPEND, new StoreMessage.Append(batch("run_1", 1, 2))))
                .isEqualTo(new StoreMessage.Appended(true, Optional.empty()));
        assertThat(request(Addresses.STORE_READ_BATCHES, new StoreMessage.ReadBatches("run_1", 0, 5))
                        .data())
                .containsExactly(batch("run_1", 1, 2));
        assertThat(request(Addresses.STORE_LIST_RUNS, new StoreMessage.ListRuns("ann", start, 5, start))
                        .data())
                .containsExactly(run);
        assertThat(request(Addresses.STORE_LIST_OPEN_RUNS, new StoreMessage.ListOpenRuns(5, start))
                        .data())
                .containsExactly(run);
        assertThat(request(Addresses.STORE_RENEW_LEASES, renewal()).lostRuns()).isEmpty();
        Run renewed = request(Addresses.STORE_LOAD_RUN, new StoreMessage.LoadRun(ann, "run_1"));
        Run ended = renewed.with(RunStatus.COMPLETED, TestRepositories.NOW);
        assertThat(request(Addresses.STORE_REPLACE_RUN, new StoreMessage.ReplaceRun(ended))
                        .applied())
                .isTrue();
        assertThat(request(Addresses.STORE_DELETE_RUN, new StoreMessage.DeleteRun("ann", "run_1")))
                .isEqualTo(new Ack());
        assertThat(request(
                                Addresses.STORE_CLAIM_IDEMPOTENCY_KEY,
                                new StoreMessage.ClaimIdempotencyKey(
                                        "ann", "k", "d", "v", Instant.parse("2999-01-01T00:00:00Z")))
                        .first())
                .isTrue();
        assertThat(request(Addresses.STORE_PING, new StoreMessage.Ping())).isEqualTo(new Ack());
    }

    @Test
    @DisplayName("has all stored data after a restart")
    void restart() throws Exception {
        String deployment = deploy(Optional.empty());
        Context context =
                request(Addresses.CONTEXT_CREATE, new ContextMessage.Create("ann", "work", Optional.of("be brief")));
        vertx.undeploy(deployment).await(5, TimeUnit.SECONDS);

        deploy(Optional.empty());

        assertThat(request(Addresses.CONTEXT_LOAD, new ContextMessage.Load("ann", context.id())))
                .isEqualTo(context);
    }

    @Test
    @DisplayName("does not start on a data directory that is in use, and reports it")
    void inUse() throws Exception {
        deploy(Optional.empty());

        assertThatThrownBy(() -> deploy(Optional.empty()))
                .hasMessage("the data directory " + dir.resolve("data") + " is in use by another Parley process");
    }

    @Test
    @DisplayName("does not start with an invalid MongoDB URI, and does not reveal it")
    void badUri() {
        assertThatThrownBy(() -> deploy(Optional.of(new Secret("mongodb://ann:sesame@"))))
                .isInstanceOf(StoreException.class)
                .hasNoCause()
                .hasMessageNotContaining("sesame");
    }

    @Test
    @DisplayName(
            "fails with unavailable within the timeout when the store does not reply, and does not block the event loop")
    void noReply() throws Exception {
        UnresponsiveStore store = new UnresponsiveStore();
        AtomicBoolean onEventLoop = new AtomicBoolean();
        vertx.deployVerticle(
                        new PersistenceVerticle(bus, Duration.ofMillis(200), true, clock, ids, System::nanoTime, _ -> {
                            onEventLoop.set(io.vertx.core.Context.isOnEventLoopThread());
                            return store;
                        }))
                .await(5, TimeUnit.SECONDS);

        List<Future<?>> replies = List.of(
                bus.request(Addresses.STORE_PING, new StoreMessage.Ping()),
                bus.request(Addresses.STORE_APPEND, new StoreMessage.Append(batch("run_1", 1, 2))),
                bus.request(Addresses.CONTEXT_LOAD, new ContextMessage.Load("ann", "default")),
                bus.request(Addresses.STORE_LIST_OPEN_RUNS, new StoreMessage.ListOpenRuns(5, Optional.empty())));

        for (Future<?> message : replies) {
            Throwable failure = catchThrowable(() -> message.await(2, TimeUnit.SECONDS));
            assertThat(Problem.of(failure)).isEqualTo(UNAVAILABLE);
        }
        assertThat(store.pending()).isEqualTo(4);
        assertThat(onEventLoop).isFalse();
    }

    @Test
    @DisplayName("starts without MongoDB, fails with unavailable, and works when MongoDB becomes available")
    void mongoStartsLate() throws Exception {
        MongoServer mongo = mongo();
        SwitchableProxy proxy =
                new SwitchableProxy(vertx, mongo.getLocalAddress().getPort(), Mode.SHUT);
        deploy(Optional.of(uri(proxy)));

        assertThat(problem(Addresses.STORE_PING, new StoreMessage.Ping())).isEqualTo(UNAVAILABLE);
        assertThat(problem(Addresses.CONTEXT_LOAD, new ContextMessage.Load("ann", "default")))
                .isEqualTo(UNAVAILABLE);

        proxy.switchTo(Mode.OPEN);
        awaitRecovery();
        mongo.shutdownNow();
    }

    @Test
    @DisplayName("is unavailable while MongoDB is down, and has lost nothing when it is up again")
    void mongoRestarts() throws Exception {
        MongoServer mongo = mongo();
        SwitchableProxy proxy =
                new SwitchableProxy(vertx, mongo.getLocalAddress().getPort(), Mode.OPEN);
        deploy(Optional.of(uri(proxy)));
        Context context = request(Addresses.CONTEXT_CREATE, new ContextMessage.Create("ann", "work", Optional.empty()));

        for (Mode trouble : List.of(Mode.STUCK, Mode.SHUT)) {
            proxy.switchTo(trouble);
            assertThat(problem(Addresses.STORE_PING, new StoreMessage.Ping())).isEqualTo(UNAVAILABLE);
            assertThat(problem(Addresses.STORE_APPEND, new StoreMessage.Append(batch("run_1", 1, 2))))
                    .isEqualTo(UNAVAILABLE);
        }

        proxy.switchTo(Mode.OPEN);
        awaitRecovery();
        assertThat(request(Addresses.CONTEXT_LOAD, new ContextMessage.Load("ann", context.id())))
                .isEqualTo(context);
        assertThat(request(Addresses.STORE_APPEND, new StoreMessage.Append(batch("run_1", 1, 2)))
                        .stored())
                .isTrue();
        mongo.shutdownNow();
    }

    /** Pings until the store is available again, for a limited time. */
    private void awaitRecovery() throws Exception {
        eventually(
                Duration.ofSeconds(20),
                () -> assertThat(problemOf(Addresses.STORE_PING, new StoreMessage.Ping()))
                        .isEmpty());
    }

    private String deploy(Optional<Secret> mongo) throws Exception {
        StoreConfig config = new StoreConfig(dir.resolve("data"), mongo, "parley", TIMEOUT);
        return vertx.deployVerticle(new PersistenceVerticle(bus, config, clock, ids))
                .await(10, TimeUnit.SECONDS);
    }

    private <Q extends Message, R extends Message> R request(Ask<Q, R> address, Q message) throws Exception {
        return bus.request(address, message).await(10, TimeUnit.SECONDS);
    }

    private <Q extends Message> Problem problem(Ask<Q, ?> address, Q message) {
        long replies = System.nanoTime();
        Problem problem = problemOf(address, message).orElseThrow();
        assertThat(Duration.ofNanos(System.nanoTime() - replies)).isLessThan(TIMEOUT.multipliedBy(3));
        return problem;
    }

    private <Q extends Message> Optional<Problem> problemOf(Ask<Q, ?> address, Q message) {
        Throwable failure = catchThrowable(() -> bus.request(address, message).await(10, TimeUnit.SECONDS));
        return Optional.ofNullable(failure).map(Problem::of);
    }

    private static MongoServer mongo() {
        MongoServer mongo = new MongoServer(new MemoryBackend());
        mongo.bind("127.0.0.1", 0);
        return mongo;
    }

    private static Secret uri(SwitchableProxy proxy) {
        return new Secret("mongodb://127.0.0.1:" + proxy.port());
    }

    private static StoreMessage.RenewLeases renewal() {
        return new StoreMessage.RenewLeases(
                "journal-1", Instant.parse("2026-11-21T09:00:00Z"), List.of(new StoreMessage.LeaseRef("run_1", 1)));
    }

    private static FlowMessage.Draft draft() {
        return new FlowMessage.Draft(
                "title",
                Optional.empty(),
                FlowMessage.Priority.LOW,
                Optional.empty(),
                false,
                FlowMessage.Status.OPEN,
                Optional.empty());
    }

    private static FlowMessage.Change retitle(String id) {
        return new FlowMessage.Change(
                "ann",
                id,
                Optional.of("new"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Set.of());
    }
}
