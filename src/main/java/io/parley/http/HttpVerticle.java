package io.parley.http;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.config.AuthConfig;
import io.parley.config.ConversationConfig;
import io.parley.config.HttpConfig;
import io.parley.config.TracingConfig;
import io.parley.http.admin.ApiKeyRoutes;
import io.parley.http.admin.BudgetRoutes;
import io.parley.http.admin.UsageFeed;
import io.parley.http.admin.UsageRoutes;
import io.parley.http.ai.AiRoutes;
import io.parley.http.anthropic.AnthropicErrors;
import io.parley.http.anthropic.AnthropicRoutes;
import io.parley.http.context.ContextRoutes;
import io.parley.http.context.FlowRoutes;
import io.parley.http.conversation.ChatRoutes;
import io.parley.http.conversation.DuoRoutes;
import io.parley.http.conversation.ExportRoutes;
import io.parley.http.conversation.RunRoutes;
import io.parley.http.conversation.RunStreamer;
import io.parley.http.generation.GenerationService;
import io.parley.http.generation.StreamTimeouts;
import io.parley.http.openai.EmbeddingRoutes;
import io.parley.http.openai.LegacyCompletionRoutes;
import io.parley.http.openai.OpenAiErrors;
import io.parley.http.openai.OpenAiRoutes;
import io.parley.http.responses.ResponsesRoutes;
import io.parley.http.routing.AuthHandler;
import io.parley.http.routing.BodyLimits;
import io.parley.http.routing.BodyReader;
import io.parley.http.routing.CorsPolicy;
import io.parley.http.routing.CredentialReader;
import io.parley.http.routing.DuoStartLimiter;
import io.parley.http.routing.RouteTable;
import io.parley.http.server.ClientAddressResolver;
import io.parley.http.server.DrainState;
import io.parley.http.server.ErrorFormat;
import io.parley.http.server.FailureHandler;
import io.parley.http.server.HardenedHttpServer;
import io.parley.http.server.LingeringClose;
import io.parley.http.server.RequestState;
import io.parley.http.server.RequestTracing;
import io.parley.http.server.ServerContext;
import io.parley.http.server.SlowClientGuards;
import io.parley.http.stream.OpenStreamRegistry;
import io.parley.http.stream.StreamContext;
import io.parley.http.websocket.SocketServer;
import io.parley.http.websocket.SocketUpgradeHandler;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.function.Supplier;

/** Serves the public port, which its instances share. Wires routes and guards; everything else is requested over the bus. */
public final class HttpVerticle extends VerticleBase {

    /** With a negative port, Vert.x lets the instances of one deployment share one ephemeral port. */
    private static final int SHARED_EPHEMERAL_PORT = -1;

    /** Error formats other than problem details; the first that covers a path is used. */
    static final List<ErrorFormat> ERROR_FORMATS = List.of(new AnthropicErrors(), new OpenAiErrors());

    private final Bus bus;
    private final HttpConfig http;
    private final ConversationConfig conversation;
    private final AuthConfig auth;
    private final TracingConfig tracingConfig;
    private final Ids ids;
    private final HttpTiming timing;
    private List<RouteTable.Entry> routes = List.of();
    private Supplier<Future<Void>> shutdown = Future::succeededFuture;
    private int port;

    public HttpVerticle(
            Bus bus,
            HttpConfig http,
            ConversationConfig conversation,
            AuthConfig auth,
            TracingConfig tracingConfig,
            Ids ids) {
        this(bus, http, conversation, auth, tracingConfig, ids, HttpTiming.defaults());
    }

    HttpVerticle(Bus bus, HttpConfig http, ConversationConfig conversation, AuthConfig auth, Ids ids) {
        this(bus, http, conversation, auth, TracingConfig.OFF, ids, HttpTiming.defaults());
    }

    HttpVerticle(
            Bus bus,
            HttpConfig http,
            ConversationConfig conversation,
            AuthConfig auth,
            TracingConfig tracingConfig,
            Ids ids,
            HttpTiming timing) {
        this.bus = bus;
        this.http = http;
        this.conversation = conversation;
        this.auth = auth;
        this.tracingConfig = tracingConfig;
        this.ids = ids;
        this.timing = timing;
    }

    @Override
    public Future<?> start() {
        ServerContext server = new ServerContext(vertx, bus, ids, timing.nanos());
        SlowClientGuards slowClients = new SlowClientGuards(vertx, http.slowClientTimeout());
        DrainState drainState = new DrainState(http.drainTimeout(), server.nanos());
        StreamContext runs = new StreamContext(slowClients, drainState, new OpenStreamRegistry(vertx));
        StreamContext generations = new StreamContext(slowClients, drainState, new OpenStreamRegistry(vertx));
        DuoStartLimiter starts =
                DuoStartLimiter.of(vertx, auth.devMode() ? 0 : conversation.startsPerMinute(), clientAddress());
        UsageFeed feed = new UsageFeed();

        BodyLimits limits = new BodyLimits(http.maxBodyBytes(), http.maxPromptBytes(), http.maxBodyV1Bytes());
        RouteTable table = new RouteTable(new BodyReader(vertx, limits, timing.readTimeout()), slowClients);
        addServerRoutes(table, drainState);
        addContexts(table);
        addConversations(table, runs, starts);
        addAdministration(table, server, runs, feed);
        addGenerations(table, server, generations);
        routes = table.entries();

        FailureHandler failureHandler =
                new FailureHandler(new LingeringClose(vertx, http.maxBodyBytes()), slowClients, ERROR_FORMATS);
        RequestTracing tracing = new RequestTracing(server, tracingConfig, table::pattern);
        SocketServer socketServer =
                new SocketServer(server, http, guard(CredentialReader.of(auth)), runs, starts, tracing);
        HardenedHttpServer hardenedServer =
                new HardenedHttpServer(server, failureHandler, tracing, List.of(SocketUpgradeHandler.BEARER_PROTOCOL));
        new HttpStatsReporter(
                        server,
                        hardenedServer,
                        failureHandler,
                        slowClients,
                        List.of(runs.openStreams(), generations.openStreams()),
                        socketServer)
                .start();
        HttpServer listener =
                hardenedServer.server(router(table, failureHandler, drainState, socketServer), timing.readTimeout());
        shutdown = () -> close(runs, generations, socketServer);
        return drainState
                .start(bus)
                .compose(_ -> socketServer.start())
                .compose(_ -> feed.start(bus))
                .compose(_ -> generations.openStreams().start(bus))
                .compose(_ -> listen(listener));
    }

    @Override
    public Future<?> stop() {
        return shutdown.get();
    }

    /** Returns the bound port; 0 before the verticle has started. */
    public int port() {
        return port;
    }

    /** Returns all routes of the public port. */
    List<RouteTable.Entry> routes() {
        return routes;
    }

    private Future<?> listen(HttpServer server) {
        return server.listen(http.port() == 0 ? SHARED_EPHEMERAL_PORT : http.port(), http.host())
                .onSuccess(listening -> port = listening.actualPort());
    }

    /** Generations may end by themselves within the drain timeout; runs are stored and resumable, so their streams need none. */
    private static Future<Void> close(StreamContext runs, StreamContext generations, SocketServer socketServer) {
        return generations
                .openStreams()
                .close(generations.draining().remainingGrace())
                .compose(_ -> runs.openStreams().close(OpenStreamRegistry.ABORT_TIMEOUT))
                .onComplete(_ -> socketServer.abort());
    }

    private void addServerRoutes(RouteTable table, DrainState drainState) {
        new HealthRoutes(bus, auth.devMode(), drainState).addSummaryTo(table);
        ApiSpecRoutes.addTo(table);
    }

    private void addContexts(RouteTable table) {
        new ContextRoutes(bus).addTo(table);
        new FlowRoutes(bus).addTo(table);
    }

    private void addConversations(RouteTable table, StreamContext streams, DuoStartLimiter starts) {
        RunStreamer streamer = new RunStreamer(bus, http.heartbeatInterval(), conversation.commitAfter(), streams);
        new ChatRoutes(bus, streamer, streams.draining()).addTo(table);
        new RunRoutes(bus).addTo(table);
        new ExportRoutes(vertx, bus, streams.draining(), timing.readTimeout()).addTo(table);
        new DuoRoutes(bus, conversation.maxTurns(), streamer, streams.draining(), starts).addTo(table);
    }

    private void addAdministration(RouteTable table, ServerContext server, StreamContext streams, UsageFeed feed) {
        new ApiKeyRoutes(bus).addTo(table);
        new BudgetRoutes(bus).addTo(table);
        new UsageRoutes(bus, server.clock(), http.heartbeatInterval(), streams, feed).addTo(table);
    }

    /** Adds the routes whose answers are no conversations. */
    private void addGenerations(RouteTable table, ServerContext server, StreamContext streams) {
        StreamTimeouts timeouts = new StreamTimeouts(conversation.commitAfter(), http.heartbeatInterval());
        GenerationService generationService = new GenerationService(server, timeouts, streams);
        new AiRoutes(bus, generationService, ids, server.nanos()).addTo(table);
        new AnthropicRoutes(bus, generationService, ids).addTo(table);
        new OpenAiRoutes(generationService, ids, server.nanos()).addTo(table);
        new LegacyCompletionRoutes(generationService, ids).addTo(table);
        new EmbeddingRoutes(generationService).addTo(table);
        new ResponsesRoutes(bus, generationService, ids, conversation.responsesKeep()).addTo(table);
        new ModelRoutes(bus).addTo(table);
    }

    private Router router(
            RouteTable table, FailureHandler failureHandler, DrainState drainState, SocketServer socketServer) {
        AuthHandler users = guard(CredentialReader.of(auth));
        AuthHandler usersAndKeys = guard(CredentialReader.of(auth).withApiKeys());
        Router router = Router.router(vertx);
        router.route()
                .handler(RequestState::enter)
                .handler(new CorsPolicy(http.allowedOrigins()))
                .failureHandler(failureHandler::handle);
        router.route("/api/v1/ai/*").handler(usersAndKeys);
        router.route("/ai/*").handler(usersAndKeys);
        router.route("/v1/*").handler(guard(CredentialReader.API_CLIENTS));
        router.route("/api").handler(users);
        router.route("/api/*").handler(users);
        router.get(SocketUpgradeHandler.PATH)
                .handler(new SocketUpgradeHandler(users, http.allowedOrigins(), drainState, socketServer));
        table.mount(router);
        return router;
    }

    private AuthHandler guard(CredentialReader schemes) {
        return new AuthHandler(bus, auth.devMode(), schemes, clientAddress(), SocketUpgradeHandler::authenticatesLater);
    }

    private ClientAddressResolver clientAddress() {
        return new ClientAddressResolver(http.trustedProxies());
    }
}
