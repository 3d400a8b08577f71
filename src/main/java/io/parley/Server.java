package io.parley;

import io.parley.bus.Bus;
import io.parley.bus.Clocks;
import io.parley.bus.Ids;
import io.parley.config.AppConfig;
import io.parley.config.DemoConfig;
import io.parley.config.ManagementConfig;
import io.parley.config.PriceFile;
import io.parley.config.PriceList;
import io.parley.config.ProviderConfig;
import io.parley.contract.Addresses;
import io.parley.contract.ServerMessage;
import io.parley.demo.DemoProvider;
import io.parley.export.ExportVerticle;
import io.parley.flow.FlowVerticle;
import io.parley.gateway.GatewayVerticle;
import io.parley.http.HttpVerticle;
import io.parley.http.ManagementVerticle;
import io.parley.http.auth.AuthVerticle;
import io.parley.http.auth.ApiKeyVerticle;
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

    /** The time after the grace period in which cancelled runs write their end. */
    private static final Duration FAREWELL = Duration.ofSeconds(3);

    private final Vertx vertx;
    private final AppConfig config;
    private final Bus bus;
    private final Clocks clocks = Clocks.system();
    private final InstantSource clock = clocks.wall();
    private final Ids ids = new Ids(clock, new SecureRandom());
    private final List<ProviderConfig> vendors;
    private final List<HttpVerticle> doors = new ArrayList<>();
    private final ManagementVerticle management;
    private PriceList prices = PriceList.EMPTY;
    private final Deque<String> rooms = new ArrayDeque<>();

    private Server(Vertx vertx, AppConfig config) {
        this.vertx = vertx;
        this.config = config;
        this.bus = Bus.install(vertx);
        this.vendors = new ArrayList<>(config.vendors());
        this.management = new ManagementVerticle(bus, config.management(), config.auth(), ids);
    }

    /**
     * Creates a Vert.x for one server. Logs a warning when an event loop is blocked for longer than {@code patience}.
     */
    public static Vertx vertx(Duration patience) {
        return Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(loops())
                .setPreferNativeTransport(true)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false))
                .setBlockedThreadCheckInterval(patience.toMillis())
                .setMaxEventLoopExecuteTime(patience.toMillis())
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS));
    }

    /**
     * Leaves one processor to the store and the virtual threads: on two processors a second event loop only wakes the
     * first (measured).
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
        return doors.getFirst().port();
    }

    /** The bound management port; negative if management is disabled. */
    public int managementPort() {
        return management.port();
    }

    /** Stops accepting work, waits up to the grace period for running conversations, and undeploys everything. */
    public Future<Void> stop() {
        if (rooms.isEmpty()) {
            return Future.succeededFuture();
        }
        Duration grace = config.http().drain();
        bus.tell(Addresses.SERVER_DRAINING, new ServerMessage.Draining());
        return bus.ask(Addresses.RUN_DRAIN, new ServerMessage.Drain(grace), grace.plus(FAREWELL))
                .onFailure(
                        cause -> LOG.atWarn().setCause(cause).log("conversations still running after the grace period"))
                .transform(_ -> close());
    }

    private Future<?> open() {
        return PriceFile.read(vertx, config.usage())
                .onSuccess(read -> prices = read)
                .compose(_ -> openDemo())
                .compose(_ -> Future.join(openMetrics(), openTracing(), deploy(new VerticleGroup(core()))))
                .compose(_ -> openConversations())
                .compose(_ -> openDoors());
    }

    private Future<?> openDemo() {
        if (!config.demo().enabled()) {
            return Future.succeededFuture();
        }
        DemoProvider demo = new DemoProvider(config.demo());
        return deploy(demo).onSuccess(_ -> vendors.add(vendor(demo.port())));
    }

    /** All verticles that a request passes on its way to a provider. */
    private List<Deployable> core() {
        List<Deployable> rooms = new ArrayList<>();
        rooms.add(new PersistenceVerticle(bus, config.store(), clock, ids));
        rooms.add(new UsageVerticle(bus, config.usage(), prices, ids, clock, alone()));
        vendors.forEach(vendor -> rooms.add(new ProviderVerticle(bus, vendor, System::nanoTime)));
        rooms.add(new GatewayVerticle(bus, config.gateway(), vendors, prices, true, clocks, new SecureRandom()));
        rooms.add(new JournalVerticle(bus, config.journal(), config.conversation(), ids, clocks, alone()));
        return rooms;
    }

    private Future<?> openConversations() {
        return deployThreaded(new OrchestratorVerticle(bus, config.conversation(), ids, clock))
                .compose(_ -> deployThreaded(new FlowVerticle(bus, config.conversation(), clock)))
                .compose(_ -> deploy(
                        () -> new ExportVerticle(bus, config.export(), ids, clock),
                        new DeploymentOptions()
                                .setThreadingModel(ThreadingModel.WORKER)
                                .setInstances(2)));
    }

    private Future<?> openDoors() {
        Future<?> auth =
                config.auth().jwt().isPresent() || config.auth().basic().isPresent()
                        ? deploy(new AuthVerticle(bus, config.auth(), clock, System::nanoTime))
                        : Future.succeededFuture();
        DeploymentOptions loops = new DeploymentOptions().setInstances(loops());
        return auth.compose(_ -> deploy(new ApiKeyVerticle(bus, ids, clock, System::nanoTime, new SecureRandom())))
                .compose(_ -> deploy(this::door, loops))
                .recover(cause -> portTaken(
                        cause, "PORT", config.http().host(), config.http().port()))
                .compose(_ -> openManagement());
    }

    private Future<?> openManagement() {
        ManagementConfig port = config.management();
        return deploy(management).recover(cause -> portTaken(cause, "MANAGEMENT_PORT", port.host(), port.port()));
    }

    /** Adds the address to the exception: Vert.x does not say which one is in use. */
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
                        () -> new MetricsVerticle(bus, config.gateway(), vendors),
                        new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER))
                : Future.succeededFuture();
    }

    private Future<?> openTracing() {
        return config.tracing().on()
                ? deploy(
                        () -> new TracingVerticle(bus, config.tracing()),
                        new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER))
                : Future.succeededFuture();
    }

    private HttpVerticle door() {
        HttpVerticle door =
                new HttpVerticle(bus, config.http(), config.conversation(), config.auth(), config.tracing(), ids);
        doors.add(door);
        return door;
    }

    /** Whether no other instance can share the store. */
    private boolean alone() {
        return config.store().mongoUri().isEmpty();
    }

    private ProviderConfig vendor(int port) {
        return new ProviderConfig(
                DemoConfig.NAME,
                ProviderConfig.Format.OPENAI,
                URI.create("http://127.0.0.1:" + port + "/v1"),
                Optional.empty(),
                DemoConfig.NAME,
                Optional.empty(),
                config.provider().maxTokens(),
                config.provider().maxOutput(),
                config.provider().timeouts(),
                List.of(),
                0); // never a fallback: demo text must not pass for the answer of a failed model
    }

    private Future<?> deploy(Deployable room) {
        return deploy(() -> room, new DeploymentOptions());
    }

    private Future<?> deployThreaded(Deployable room) {
        return deploy(() -> room, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD));
    }

    private Future<?> deploy(Supplier<Deployable> room, DeploymentOptions options) {
        return vertx.deployVerticle(room, options).onSuccess(rooms::push);
    }

    private Future<Void> close() {
        String room = rooms.poll();
        return room == null ? Future.succeededFuture() : vertx.undeploy(room).transform(_ -> close());
    }
}
