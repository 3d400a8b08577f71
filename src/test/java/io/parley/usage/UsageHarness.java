package io.parley.usage;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.config.PriceList;
import io.parley.config.Secret;
import io.parley.config.StoreConfig;
import io.parley.config.UsageConfig;
import io.parley.contract.Addresses;
import io.parley.contract.Ask;
import io.parley.contract.BudgetMessage.Alert;
import io.parley.contract.BudgetMessage.Budget;
import io.parley.contract.BudgetMessage.BudgetStatus;
import io.parley.contract.BudgetMessage.OnExceed;
import io.parley.contract.BudgetMessage.Put;
import io.parley.contract.BudgetMessage.Read;
import io.parley.contract.Message;
import io.parley.contract.Price;
import io.parley.contract.Problem;
import io.parley.contract.RequestContext;
import io.parley.contract.Topic;
import io.parley.contract.Usage;
import io.parley.contract.UsageMessage.AttemptEnded;
import io.parley.contract.UsageMessage.Grouping;
import io.parley.contract.UsageMessage.QueryUsage;
import io.parley.contract.UsageMessage.Reserve;
import io.parley.contract.UsageMessage.Reserved;
import io.parley.contract.UsageMessage.Row;
import io.parley.contract.UsageMessage.UsageRecorded;
import io.parley.persistence.PersistenceVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** Runs the accounting over a real store, with a clock that tests advance. An input token costs one micro-dollar, an output token two. */
final class UsageHarness implements AutoCloseable {

    static final Instant NOW = Instant.parse("2026-11-21T08:30:00Z");
    static final String PRICED = "priced";
    static final UsageConfig CONFIG = config(1_000);

    /** The store to use. */
    enum Store {
        SQLITE,
        MONGO
    }

    final Vertx vertx = Vertx.vertx();
    final Bus bus = Bus.install(vertx);
    final BlockingQueue<UsageRecorded> recordedUsage = new LinkedBlockingQueue<>();
    final BlockingQueue<Alert> alerts = new LinkedBlockingQueue<>();
    private final StoreConfig store;
    private final Optional<MongoServer> mongo;
    private final Ids ids = new Ids(() -> this.now, new Random(7));
    private volatile Instant now = NOW;
    private final ArrayDeque<String> deployments = new ArrayDeque<>();
    private String storeDeployment = "";

    UsageHarness(Store kind, Path dir) throws Exception {
        this.mongo = kind == Store.MONGO ? Optional.of(mongo()) : Optional.empty();
        Optional<Secret> uri = mongo.map(server ->
                new Secret("mongodb://127.0.0.1:" + server.getLocalAddress().getPort()));
        this.store = new StoreConfig(dir.resolve("data"), uri, "parley", Duration.ofSeconds(20));
        subscribe(Addresses.USAGE_RECORDED, recordedUsage);
        subscribe(Addresses.BUDGET_ALERTED, alerts);
        openStore();
    }

    static UsageConfig config(int pending) {
        return new UsageConfig(
                "conf/prices.yaml",
                Duration.ofMillis(5),
                pending,
                Duration.ofMinutes(15),
                4096,
                new UsageConfig.Factors(1, 1.15, 1.5, 1.2));
    }

    /** Opens the store, or opens it again. */
    UsageHarness openStore() throws Exception {
        storeDeployment = await(vertx.deployVerticle(new PersistenceVerticle(bus, store, () -> now, ids)));
        return this;
    }

    void closeStore() throws Exception {
        await(vertx.undeploy(storeDeployment));
    }

    /** Deploys the accounting; returns the id for {@link #stop}. */
    String start(boolean singleProcess) throws Exception {
        return start(new UsageVerticle(bus, CONFIG, prices(), ids, () -> now, singleProcess, Duration.ofMillis(10)));
    }

    String start(UsageVerticle verticle) throws Exception {
        String deploymentId = await(vertx.deployVerticle(verticle));
        deployments.push(deploymentId);
        return deploymentId;
    }

    UsageVerticle verticle(UsageConfig config) {
        return new UsageVerticle(bus, config, prices(), ids, () -> now, true, Duration.ofMillis(10));
    }

    void stop(String deploymentId) throws Exception {
        deployments.remove(deploymentId);
        await(vertx.undeploy(deploymentId));
    }

    /** Advances the clock. */
    Instant advance(Duration time) {
        now = now.plus(time);
        return now;
    }

    Instant now() {
        return now;
    }

    /** Publishes the end of an attempt. */
    void publishEnded(AttemptEnded attempt) {
        bus.publish(Addresses.ATTEMPT_ENDED, attempt);
    }

    /** Publishes the end of an attempt and waits until it is recorded. */
    UsageRecorded recordAttempt(AttemptEnded attempt) throws Exception {
        publishEnded(attempt);
        return nextRecorded();
    }

    UsageRecorded nextRecorded() throws Exception {
        UsageRecorded recorded = recordedUsage.poll(30, TimeUnit.SECONDS);
        assertThat(recorded).as("an attempt was recorded").isNotNull();
        return recorded;
    }

    Alert alert() throws Exception {
        Alert alert = alerts.poll(30, TimeUnit.SECONDS);
        assertThat(alert).as("an alert was raised").isNotNull();
        return alert;
    }

    Future<Reserved> reserve(String id, String user, long micros) {
        return bus.request(Addresses.USAGE_RESERVE, new Reserve(id, origin(user), "openai", micros));
    }

    BudgetStatus put(String scope, OptionalLong daily, OptionalLong monthly, OnExceed onExceed) throws Exception {
        return request(Addresses.BUDGET_PUT, new Put(new Budget(scope, daily, monthly, 0.8, onExceed)));
    }

    BudgetStatus putDailyBudget(String scope, long micros) throws Exception {
        return put(scope, OptionalLong.of(micros), OptionalLong.empty(), OnExceed.BLOCK);
    }

    BudgetStatus budget(String scope) throws Exception {
        return request(Addresses.BUDGET_READ, new Read(scope));
    }

    List<Row> report(Optional<String> user, Instant from, Instant to, Grouping... by) throws Exception {
        return request(Addresses.USAGE_QUERY, new QueryUsage(user, from, to, List.of(by)))
                .data();
    }

    List<Row> today(Grouping... by) throws Exception {
        return report(Optional.empty(), now.minus(Duration.ofHours(8)), now, by);
    }

    <Q extends Message, R extends Message> R request(Ask<Q, R> address, Q message) throws Exception {
        return await(bus.request(address, message));
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.await(20, TimeUnit.SECONDS);
    }

    /** The problem that {@code future} fails with. */
    static Problem problem(Future<?> future) throws Exception {
        return future.transform(done -> Future.succeededFuture(Problem.of(done.cause())))
                .await(20, TimeUnit.SECONDS);
    }

    static RequestContext origin(String user) {
        return new RequestContext("req", user, Optional.of("ctx_1"), Optional.empty());
    }

    /** An attempt that costs {@code micros} micro-dollars. */
    AttemptEnded attempt(String id, String user, long micros) {
        return attempt(id, origin(user), PRICED, Usage.reported(micros, 0, 0, 0, 0), Optional.empty());
    }

    AttemptEnded attempt(
            String id, RequestContext requestContext, String model, Usage usage, Optional<Problem> problem) {
        return new AttemptEnded(id, requestContext, "openai", model, usage, Optional.empty(), problem, now, 10, 20);
    }

    @Override
    public void close() throws Exception {
        for (String deploymentId : List.copyOf(deployments)) {
            stop(deploymentId);
        }
        await(vertx.close());
        mongo.ifPresent(MongoServer::shutdownNow);
    }

    private static PriceList prices() {
        Price price = new Price("v1", 1_000_000, 2_000_000, 100_000, 1_000_000, 2_000_000);
        return new PriceList(
                List.of(new PriceList.Entry("openai", PRICED, PriceList.Match.EXACT, LocalDate.EPOCH, price)));
    }

    private static MongoServer mongo() {
        ((Logger) LoggerFactory.getLogger("de.bwaldvogel")).setLevel(Level.ERROR); // it logs a warning for each index
        MongoServer server = new MongoServer(new MemoryBackend());
        server.bind("127.0.0.1", 0);
        return server;
    }

    private <E extends Message> void subscribe(Topic<E> topic, BlockingQueue<E> received) throws Exception {
        await(bus.subscribe(topic, received::add));
    }
}
