package io.parley;

import io.parley.bus.Bus;
import io.parley.bus.Clocks;
import io.parley.bus.Ids;
import io.parley.config.AppConfig;
import io.parley.config.BuiltInProfiles;
import io.parley.config.DemoConfig;
import io.parley.config.ManagementConfig;
import io.parley.config.PriceList;
import io.parley.config.ProviderConfig;
import io.parley.config.price.PriceFile;
import io.parley.contract.Addresses;
import io.parley.contract.ServerMessage;
import io.parley.demo.DemoProvider;
import io.parley.export.ExportVerticle;
import io.parley.flow.FlowVerticle;
import io.parley.gateway.GatewayVerticle;
import io.parley.http.HttpVerticle;
import io.parley.http.ManagementVerticle;
import io.parley.http.auth.ApiKeyVerticle;
import io.parley.http.auth.AuthVerticle;
import io.parley.journal.JournalVerticle;
import io.parley.metrics.MetricsVerticle;
import io.parley.orchestrator.OrchestratorVerticle;
import io.parley.persistence.PersistenceVerticle;
import io.parley.provider.ProviderVerticle;
import io.parley.tracing.TracingVerticle;
import io.parley.usage.UsageVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.net.BindException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deploys all verticles of a server in order and undeploys them in reverse order. The only class that names
 * verticles.
 */
public final class Server {

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    /** The time after the drain timeout in which cancelled runs write their end. */
    private static final Duration STOP_MARGIN = Duration.ofSeconds(3);

    private final Vertx vertx;
    private final AppConfig config;
    private final Bus bus;
    private final Clocks clocks = Clocks.system();
    private final InstantSource clock = clocks.wall();
    private final Ids ids = new Ids(clock, new SecureRandom());
    private final List<ProviderConfig> providers;
    private final List<HttpVerticle> httpVerticles = new ArrayList<>();
    private final ManagementVerticle management;
    private PriceList prices = PriceList.empty();
    private final Deque<String> deployments = new ArrayDeque<>();

    private Server(Vertx vertx, AppConfig config) {
        this.vertx = vertx;
        this.config = config;
        this.bus = Bus.install(vertx);
        this.providers = new ArrayList<>(config.providers());
        this.management = new ManagementVerticle(bus, config.management(), config.auth(), ids);
    }

    /**
     * Creates a Vert.x for one server. Logs a warning when an event loop is blocked for longer than {@code maxEventLoopBlock}.
     */
    public static Vertx vertx(Duration maxEventLoopBlock) {
        return Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(loops())
                .setPreferNativeTransport(true)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false))
                .setBlockedThreadCheckInterval(maxEventLoopBlock.toMillis())
                .setMaxEventLoopExecuteTime(maxEventLoopBlock.toMillis())
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS));
    }

    /**
     * Leaves one processor to the store and the virtual threads: on two processors, a second event loop only adds
     * thread switches (measured).
     */
    private static int loops() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    }

    /** Starts a server on {@code vertx}, which no other server may use. Undeploys everything if the start fails. */
    public static Future<Server> start(Vertx vertx, AppConfig config) {
        Server server = new Server(vertx, config);
        return server.open().map(server).recover(cause -> server.close().transform(_ -> Future.failedFuture(cause)));
    }

    /** The bound public port. */
    public int httpPort() {
        return httpVerticles.getFirst().port();
    }

    /** The bound management port; negative if management is disabled. */
    public int managementPort() {
        return management.port();
    }

    /** Stops accepting work, waits up to the drain timeout for running conversations, and undeploys everything. */
    public Future<Void> stop() {
        if (deployments.isEmpty()) {
            return Future.succeededFuture();
        }
        Duration grace = config.http().drainTimeout();
        bus.publish(Addresses.SERVER_DRAINING, new ServerMessage.Draining());
        return bus.request(Addresses.RUN_DRAIN, new ServerMessage.Drain(grace), grace.plus(STOP_MARGIN))
                .onFailure(
                        cause -> LOG.atWarn().setCause(cause).log("conversations still running at the drain timeout"))
                .transform(_ -> close());
    }

    private Future<?> open() {
        return PriceFile.read(vertx, config.usage())
                .onSuccess(read -> prices = read)
                .compose(_ -> openDemo())
                .compose(_ -> Future.join(openMetrics(), openTracing(), deploy(new VerticleGroup(core()))))
                .compose(_ -> openConversations())
                .compose(_ -> openHttp());
    }

    private Future<?> openDemo() {
        if (!config.demo().enabled()) {
            return Future.succeededFuture();
        }
        DemoProvider demo = new DemoProvider(config.demo());
        return deploy(demo).onSuccess(_ -> providers.add(demoProvider(demo.port())));
    }

    /** All verticles that a request passes on its way to a provider. */
    private List<Deployable> core() {
        List<Deployable> verticles = new ArrayList<>();
        verticles.add(new PersistenceVerticle(bus, config.store(), clock, ids));
        verticles.add(new UsageVerticle(bus, config.usage(), prices, ids, clock, singleProcess()));
        providers.forEach(provider -> verticles.add(new ProviderVerticle(bus, provider, System::nanoTime)));
        verticles.add(new GatewayVerticle(bus, config.gateway(), providers, prices, true, clocks, new SecureRandom()));
        verticles.add(new JournalVerticle(bus, config.journal(), config.conversation(), ids, clocks, singleProcess()));
        return verticles;
    }

    private Future<?> openConversations() {
        return deployOnVirtualThreads(new OrchestratorVerticle(bus, config.conversation(), ids, clock))
                .compose(_ -> deployOnVirtualThreads(new FlowVerticle(bus, config.conversation(), clock)))
                .compose(_ -> deploy(
                        () -> new ExportVerticle(bus, config.export(), ids, clock),
                        new DeploymentOptions()
                                .setThreadingModel(ThreadingModel.WORKER)
                                .setInstances(2)));
    }

    private Future<?> openHttp() {
        Future<?> auth =
                config.auth().jwt().isPresent() || config.auth().basic().isPresent()
                        ? deploy(new AuthVerticle(bus, config.auth(), clock, System::nanoTime))
                        : Future.succeededFuture();
        DeploymentOptions loops = new DeploymentOptions().setInstances(loops());
        return auth.compose(_ -> deploy(new ApiKeyVerticle(bus, ids, clock, System::nanoTime, new SecureRandom())))
                .compose(_ -> deploy(this::httpVerticle, loops))
                .recover(cause -> portTaken(
                        cause, "PORT", config.http().host(), config.http().port()))
                .compose(_ -> openManagement());
    }

    private Future<?> openManagement() {
        ManagementConfig managementConfig = config.management();
        return deploy(management)
                .recover(
                        cause -> portTaken(cause, "MANAGEMENT_PORT", managementConfig.host(), managementConfig.port()));
    }

    /** Adds the address to the exception: Vert.x does not report which one is in use. */
    private static <T> Future<T> portTaken(Throwable cause, String setting, String host, int port) {
        return Future.failedFuture(
                cause instanceof BindException
                        ? new BindException("port " + port + " on " + host + " is already in use (" + cause.getMessage()
                                + "); set " + setting)
                        : cause);
    }

    /** On worker threads, so that no measured component waits for it. */
    private Future<?> openMetrics() {
        return config.management().enabled()
                ? deploy(
                        () -> new MetricsVerticle(bus, config.gateway(), providers),
                        new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER))
                : Future.succeededFuture();
    }

    private Future<?> openTracing() {
        return config.tracing().enabled()
                ? deploy(
                        () -> new TracingVerticle(bus, config.tracing()),
                        new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER))
                : Future.succeededFuture();
    }

    private HttpVerticle httpVerticle() {
        HttpVerticle verticle =
                new HttpVerticle(bus, config.http(), config.conversation(), config.auth(), config.tracing(), ids);
        httpVerticles.add(verticle);
        return verticle;
    }

    /** Whether no other instance can share the store. */
    private boolean singleProcess() {
        return config.store().mongoUri().isEmpty();
    }

    private ProviderConfig demoProvider(int port) {
        return new ProviderConfig(
                DemoConfig.NAME,
                ProviderConfig.Format.OPENAI,
                URI.create("http://127.0.0.1:" + port + "/v1"),
                Optional.empty(),
                DemoConfig.NAME,
                Optional.empty(),
                config.providerDefaults().maxTokens(),
                config.providerDefaults().maxOutputBytes(),
                config.providerDefaults().timeouts(),
                List.of(),
                0, // never a fallback: demo text must not pass for the answer of a failed model
                List.of(DemoConfig.NAME, DemoConfig.EMBEDDING_MODEL),
                BuiltInProfiles.named(BuiltInProfiles.OPENAI_COMPATIBLE).orElseThrow());
    }

    private Future<?> deploy(Deployable verticle) {
        return deploy(() -> verticle, new DeploymentOptions());
    }

    private Future<?> deployOnVirtualThreads(Deployable verticle) {
        return deploy(() -> verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD));
    }

    private Future<?> deploy(Supplier<Deployable> verticle, DeploymentOptions options) {
        return vertx.deployVerticle(verticle, options).onSuccess(deployments::push);
    }

    private Future<Void> close() {
        String deployment = deployments.poll();
        return deployment == null
                ? Future.succeededFuture()
                : vertx.undeploy(deployment).transform(_ -> close());
    }
}
