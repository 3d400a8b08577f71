package io.parley.http;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.config.AuthConfig;
import io.parley.config.ManagementConfig;
import io.parley.config.TracingConfig;
import io.parley.http.routing.BodyLimits;
import io.parley.http.routing.BodyReader;
import io.parley.http.routing.RouteTable;
import io.parley.http.server.DrainState;
import io.parley.http.server.FailureHandler;
import io.parley.http.server.HardenedHttpServer;
import io.parley.http.server.LingeringClose;
import io.parley.http.server.RequestState;
import io.parley.http.server.RequestTracing;
import io.parley.http.server.ServerContext;
import io.parley.http.server.SlowClientGuards;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;

/** Serves the management port: liveness, readiness and metrics. */
public final class ManagementVerticle extends VerticleBase {

    private static final Duration SLOW_CLIENT_TIMEOUT = Duration.ofSeconds(10);

    private final Bus bus;
    private final ManagementConfig config;
    private final AuthConfig auth;
    private final Ids ids;
    private int port;

    public ManagementVerticle(Bus bus, ManagementConfig config, AuthConfig auth, Ids ids) {
        this.bus = bus;
        this.config = config;
        this.auth = auth;
        this.ids = ids;
        this.port = config.port();
    }

    @Override
    public Future<?> start() {
        if (config.port() < 0) {
            return Future.succeededFuture();
        }
        ServerContext server = new ServerContext(vertx, bus, ids, System::nanoTime);
        SlowClientGuards slowClientGuards = new SlowClientGuards(vertx, SLOW_CLIENT_TIMEOUT);
        FailureHandler failureHandler =
                new FailureHandler(new LingeringClose(vertx, 0), slowClientGuards, HttpVerticle.ERROR_FORMATS);
        DrainState drainState = new DrainState(Duration.ZERO, server.nanos());
        RouteTable table = new RouteTable(
                new BodyReader(vertx, new BodyLimits(0), HardenedHttpServer.READ_TIMEOUT), slowClientGuards);
        new HealthRoutes(bus, auth.devMode(), drainState).addTo(table);
        new MetricsRoute(bus, slowClientGuards).addTo(table);
        Router router = Router.router(vertx);
        router.route().handler(RequestState::enter).failureHandler(failureHandler::handle);
        table.mount(router);
        RequestTracing tracing = new RequestTracing(server, TracingConfig.OFF, table::pattern);
        HttpServer http = new HardenedHttpServer(server, failureHandler, tracing, List.of())
                .server(router, HardenedHttpServer.READ_TIMEOUT);
        return drainState
                .start(bus)
                .compose(_ -> http.listen(config.port(), config.host()))
                .onSuccess(bound -> port = bound.actualPort());
    }

    /** Returns the bound port; negative if the management port is disabled. */
    public int port() {
        return port;
    }
}
