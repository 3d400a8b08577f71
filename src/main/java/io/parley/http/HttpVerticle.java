package io.parley.http;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.config.AuthConfig;
import io.parley.config.ConversationConfig;
import io.parley.config.HttpConfig;
import io.parley.config.TracingConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.function.Supplier;

/** The public port. Any number of instances share it. Knows routes and callers, nothing of how anything behind the bus is done. */
public final class HttpVerticle extends VerticleBase {

    /** The listening instances of one deployment share one free port when they all ask for this one. */
    private static final int ONE_FREE_PORT = -1;

    /** The APIs that write their errors in a format of their own; the first that covers a path does. */
    static final List<ErrorFormat> ERROR_FORMS = List.of(new AnthropicErrors(), new OpenAiErrors());

    private final Bus bus;
    private final HttpConfig http;
    private final ConversationConfig conversation;
    private final AuthConfig auth;
    private final TracingConfig traced;
    private final Ids ids;
    private final HttpTiming timing;
    private List<RouteTable.Entry> routes = List.of();
    private Supplier<Future<Void>> closing = Future::succeededFuture;
    private int port;

    public HttpVerticle(
            Bus bus, HttpConfig http, ConversationConfig conversation, AuthConfig auth, TracingConfig traced, Ids ids) {
        this(bus, http, conversation, auth, traced, ids, HttpTiming.defaults());
    }

    HttpVerticle(Bus bus, HttpConfig http, ConversationConfig conversation, AuthConfig auth, Ids ids) {
        this(bus, http, conversation, auth, TracingConfig.OFF, ids, HttpTiming.defaults());
    }

    HttpVerticle(
            Bus bus,
            HttpConfig http,
            ConversationConfig conversation,
            AuthConfig auth,
            TracingConfig traced,
            Ids ids,
            HttpTiming timing) {
        this.bus = bus;
        this.http = http;
        this.conversation = conversation;
        this.auth = auth;
        this.traced = traced;
        this.ids = ids;
        this.timing = timing;
    }

    @Override
    public Future<?> start() {
        ServerContext server = new ServerContext(vertx, bus, ids, timing.nanos());
        SlowClientGuards slowClients = new SlowClientGuards(vertx, http.slowReader());
        DrainState draining = new DrainState(http.drain(), server.nanos());
        StreamContext runs = new StreamContext(slowClients, draining, new OpenStreams(vertx));
        StreamContext generations = new StreamContext(slowClients, draining, new OpenStreams(vertx));
        DuoStartLimiter starts = DuoStartLimiter.of(vertx, auth.devMode() ? 0 : conversation.startsPerMinute(), addresses());
        UsageFeed feed = new UsageFeed();

        RouteTable table = new RouteTable(new BodyReader(vertx, http.maxBody(), timing.phase()), slowClients);
        addService(table, draining);
        addContexts(table);
        addConversations(table, runs, starts);
        addAdministration(table, server, runs, feed);
        addGenerations(table, server, generations);
        routes = table.entries();

        FailureHandler problems = new FailureHandler(new LingeringClose(vertx, http.maxBody()), slowClients, ERROR_FORMS);
        RequestTracing tracing = new RequestTracing(server, traced, table::pattern);
        SocketServer sockets = new SocketServer(server, http, guard(CredentialReader.of(auth)), runs, starts, tracing);
        HardenedHttpServer front = new HardenedHttpServer(server, problems, tracing, List.of(SocketUpgradeHandler.BEARER));
        new HttpStatsReporter(
                        server,
                        front,
                        problems,
                        slowClients,
                        List.of(runs.openStreams(), generations.openStreams()),
                        sockets)
                .start();
        HttpServer listener = front.server(router(table, problems, draining, sockets), timing.phase());
        closing = () -> close(runs, generations, sockets);
        return draining.start(bus)
                .compose(_ -> sockets.start())
                .compose(_ -> feed.start(bus))
                .compose(_ -> generations.openStreams().start(bus))
                .compose(_ -> listen(listener));
    }

    @Override
    public Future<?> stop() {
        return closing.get();
    }

    /** The port that was bound. */
    public int port() {
        return port;
    }

    /** What is served. */
    List<RouteTable.Entry> routes() {
        return routes;
    }

    private Future<?> listen(HttpServer server) {
        return server.listen(http.port() == 0 ? ONE_FREE_PORT : http.port(), http.host())
                .onSuccess(listening -> port = listening.actualPort());
    }

    /** Generations may end by themselves while the server drains; runs are stored and need no such time. */
    private static Future<Void> close(StreamContext runs, StreamContext generations, SocketServer sockets) {
        return generations
                .openStreams()
                .close(generations.draining().grace())
                .compose(_ -> runs.openStreams().close(OpenStreams.PATIENCE))
                .onComplete(_ -> sockets.abort());
    }

    private void addService(RouteTable table, DrainState draining) {
        new HealthRoutes(bus, auth.devMode(), draining).addSummaryTo(table);
        ApiSpecRoutes.addTo(table);
    }

    private void addContexts(RouteTable table) {
        new ContextRoutes(bus).addTo(table);
        new FlowRoutes(bus).addTo(table);
    }

    private void addConversations(RouteTable table, StreamContext streams, DuoStartLimiter starts) {
        RunStreamer streamer = new RunStreamer(bus, http.heartbeat(), conversation.commitAfter(), streams);
        new ChatRoutes(bus, streamer, streams.draining()).addTo(table);
        new RunRoutes(bus).addTo(table);
        new ExportRoutes(vertx, bus, streams.draining(), timing.phase()).addTo(table);
        new DuoRoutes(bus, conversation.maxTurns(), streamer, streams.draining(), starts).addTo(table);
    }

    private void addAdministration(RouteTable table, ServerContext server, StreamContext streams, UsageFeed feed) {
        new ApiKeyRoutes(bus).addTo(table);
        new BudgetRoutes(bus).addTo(table);
        new UsageRoutes(bus, server.clock(), http.heartbeat(), streams, feed).addTo(table);
    }

    /** What is answered and forgotten. */
    private void addGenerations(RouteTable table, ServerContext server, StreamContext streams) {
        StreamTimeouts pace = new StreamTimeouts(conversation.commitAfter(), http.heartbeat());
        GenerationService generations = new GenerationService(server, pace, streams);
        new AiRoutes(bus, generations, ids, server.nanos()).addTo(table);
        new AnthropicRoutes(bus, generations, ids).addTo(table);
        new OpenAiRoutes(generations, ids, server.nanos()).addTo(table);
        new ModelRoutes(bus).addTo(table);
    }

    private Router router(RouteTable table, FailureHandler problems, DrainState draining, SocketServer sockets) {
        AuthHandler users = guard(CredentialReader.of(auth));
        AuthHandler usersAndKeys = guard(CredentialReader.of(auth).andKeys());
        Router router = Router.router(vertx);
        router.route()
                .handler(RequestState::enter)
                .handler(new CorsPolicy(http.allowedOrigins()))
                .failureHandler(problems::render);
        router.route("/api/v1/ai/*").handler(usersAndKeys);
        router.route("/ai/*").handler(usersAndKeys);
        router.route("/v1/*").handler(guard(CredentialReader.PROGRAMS));
        router.route("/api").handler(users);
        router.route("/api/*").handler(users);
        router.get(SocketUpgradeHandler.PATH).handler(new SocketUpgradeHandler(users, http.allowedOrigins(), draining, sockets));
        table.mount(router);
        return router;
    }

    private AuthHandler guard(CredentialReader schemes) {
        return new AuthHandler(bus, auth.devMode(), schemes, addresses(), SocketUpgradeHandler::asksLater);
    }

    private ClientAddressResolver addresses() {
        return new ClientAddressResolver(http.trustedProxies());
    }
}
