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
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** The public port. Any number of instances share it. Knows routes and callers, nothing of how anything behind the bus is done. */
public final class HttpVerticle extends VerticleBase {

    /** The listening instances of one deployment share one free port when they all ask for this one. */
    private static final int ONE_FREE_PORT = -1;

    private final Bus bus;
    private final HttpConfig http;
    private final ConversationConfig conversation;
    private final AuthConfig auth;
    private final TracingConfig traced;
    private final Ids ids;
    private final Duration phase;
    private final UsageFeed feed = new UsageFeed();
    private List<RouteTable.Entry> routes = List.of();
    private Supplier<Future<Void>> closing = Future::succeededFuture;
    private int port;

    public HttpVerticle(
            Bus bus, HttpConfig http, ConversationConfig conversation, AuthConfig auth, TracingConfig traced, Ids ids) {
        this(bus, http, conversation, auth, traced, ids, FrontDoor.PHASE);
    }

    HttpVerticle(Bus bus, HttpConfig http, ConversationConfig conversation, AuthConfig auth, Ids ids) {
        this(bus, http, conversation, auth, TracingConfig.OFF, ids, FrontDoor.PHASE);
    }

    /** @param phase how long the head of a request, and then its body, may take */
    HttpVerticle(
            Bus bus,
            HttpConfig http,
            ConversationConfig conversation,
            AuthConfig auth,
            TracingConfig traced,
            Ids ids,
            Duration phase) {
        this.bus = bus;
        this.http = http;
        this.conversation = conversation;
        this.auth = auth;
        this.traced = traced;
        this.ids = ids;
        this.phase = phase;
    }

    @Override
    public Future<?> start() {
        SlowReader slowReader = new SlowReader(vertx, http.slowReader());
        Problems problems = new Problems(new Farewell(vertx, http.maxBody()), slowReader);
        Draining draining = new Draining(http.drain(), System::nanoTime);
        OpenStreams streams = new OpenStreams(vertx);
        OpenStreams answers = new OpenStreams(vertx);
        RouteTable table = new RouteTable(new BodyReader(vertx, http.maxBody(), phase), slowReader);
        Health health = new Health(bus, auth.devMode(), draining);
        StartLimit limit = StartLimit.of(vertx, auth.devMode() ? 0 : conversation.startsPerMinute(), addresses());
        addRoutes(table, health, slowReader, draining, limit, streams);
        addStateless(table, slowReader, draining, answers);
        routes = table.entries();
        Guard guard = new Guard(bus, auth.devMode(), Schemes.of(auth), addresses());
        Tracing tracing = traced.on() ? new TracedRequests(bus, ids, traced, routes) : Tracing.off();
        Sockets sockets =
                new Sockets(vertx, bus, http, guard, draining, streams, limit, ids.clock(), System::nanoTime, tracing);
        closing = () -> answers.close(draining.grace())
                .compose(_ -> streams.close(OpenStreams.PATIENCE))
                .onComplete(_ -> sockets.abort());
        SocketRoute upgrade = new SocketRoute(guard, http.allowedOrigins(), draining, sockets);
        FrontDoor front = new FrontDoor(vertx, ids, problems, tracing);
        new Turnstile(bus, ids, front, problems, slowReader, List.of(streams, answers), sockets, System::nanoTime)
                .start(vertx);
        HttpServer server = front.server(router(table, problems, guard, upgrade), phase);
        return draining.start(bus)
                .compose(_ -> sockets.start())
                .compose(_ -> feed.start(bus))
                .compose(_ -> answers.start(bus))
                .compose(_ -> server.listen(http.port() == 0 ? ONE_FREE_PORT : http.port(), http.host()))
                .onSuccess(listening -> port = listening.actualPort());
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

    private void addRoutes(
            RouteTable table,
            Health health,
            SlowReader slowReader,
            Draining draining,
            StartLimit limit,
            OpenStreams streams) {
        health.addSummaryTo(table);
        Documents.addTo(table);
        new ContextRoutes(bus).addTo(table);
        new FlowRoutes(bus).addTo(table);
        RunStreamer streamer = new RunStreamer(bus, http.heartbeat(), conversation.commitAfter(), slowReader, streams);
        new ChatRoutes(bus, streamer, draining).addTo(table);
        new RunRoutes(bus).addTo(table);
        new ExportRoutes(vertx, bus, draining, phase).addTo(table);
        new KeyRoutes(bus).addTo(table);
        new BudgetRoutes(bus).addTo(table);
        new UsageRoutes(bus, ids.clock(), http.heartbeat(), slowReader, streams, feed).addTo(table);
        new DuoRoutes(bus, conversation.maxTurns(), streamer, draining, limit).addTo(table);
    }

    /** What is answered and forgotten. */
    private void addStateless(RouteTable table, SlowReader slowReader, Draining draining, OpenStreams answers) {
        Pace pace = new Pace(conversation.commitAfter(), http.heartbeat());
        Generations generations = new Generations(vertx, bus, pace, ids, slowReader, draining, answers);
        new AiRoutes(bus, generations, ids, System::nanoTime).addTo(table);
        new MessagesRoutes(bus, generations, ids).addTo(table);
        new OpenAiRoutes(generations, ids, System::nanoTime).addTo(table);
        new ModelRoutes(bus).addTo(table);
    }

    private Router router(RouteTable table, Problems problems, Guard guard, SocketRoute upgrade) {
        Guard openToKeys = new Guard(bus, auth.devMode(), Schemes.of(auth).andKeys(), addresses());
        Router router = Router.router(vertx);
        router.route()
                .handler(new Origins(http.allowedOrigins()))
                .handler(SocketRoute::checkMethod)
                .failureHandler(problems::render);
        router.route("/api/v1/ai/*").handler(openToKeys);
        router.route("/ai/*").handler(openToKeys);
        router.route("/v1/*").handler(new Guard(bus, auth.devMode(), Schemes.PROGRAMS, addresses()));
        router.route("/api").handler(guard);
        router.route("/api/*").handler(guard);
        router.get(SocketRoute.PATH).handler(upgrade);
        table.mount(router);
        return router;
    }

    private ClientAddress addresses() {
        return new ClientAddress(http.trustedProxies());
    }
}
