package io.parley.http;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.config.AuthConfig;
import io.parley.config.ConversationConfig;
import io.parley.config.HttpConfig;
import io.parley.config.TracingConfig;
import io.parley.contract.Addresses;
import io.parley.contract.AuthMessage;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.Problem;
import io.parley.http.server.HardenedHttpServer;
import io.parley.testing.FakeRuns;
import io.parley.testing.OffsetClock;
import io.parley.testing.TestJwtIssuer;
import io.parley.testing.WebSocketTestClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The real HTTP server over fakes, for WebSockets. Tokens are {@code user} or {@code user~milliseconds}; {@code bad} is invalid, and for
 * {@code down} verification is unavailable.
 */
public final class WebSocketTestServer implements AutoCloseable {

    public static final String PATH = "/api/v1/conversations/stream";
    public static final String ORIGIN = "https://ok.example";

    public final Vertx vertx = Vertx.vertx();
    public final Bus bus = Bus.install(vertx);
    public final FakeRuns runs = new FakeRuns(vertx);
    public final OffsetClock clock = new OffsetClock();
    public final HttpVerticle verticle;

    private WebSocketTestServer(boolean devMode, Duration heartbeat, Duration slowClientTimeout) {
        HttpConfig http = new HttpConfig(
                "127.0.0.1", 0, heartbeat, 256 * 1024, List.of(ORIGIN), slowClientTimeout, Duration.ofSeconds(2));
        ConversationConfig conversation = new ConversationConfig(
                Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofHours(24));
        AuthConfig auth =
                devMode ? HttpTestServer.DEV_AUTH : TestJwtIssuer.config(URI.create("http://127.0.0.1:1/unused"));
        Ids ids = new Ids(InstantSource.system(), RandomGenerator.getDefault());
        verticle = new HttpVerticle(
                bus,
                http,
                conversation,
                auth,
                TracingConfig.OFF,
                ids,
                new HttpTiming(HardenedHttpServer.READ_TIMEOUT, clock));
    }

    public static WebSocketTestServer start(boolean devMode) throws Exception {
        return start(devMode, Duration.ofSeconds(15), Duration.ofSeconds(10));
    }

    public static WebSocketTestServer start(boolean devMode, Duration heartbeat, Duration slowClientTimeout)
            throws Exception {
        WebSocketTestServer server = new WebSocketTestServer(devMode, heartbeat, slowClientTimeout);
        server.runs
                .start(server.bus)
                .compose(_ -> server.bus.handle(Addresses.AUTH_VERIFY, WebSocketTestServer::verify))
                .compose(_ -> server.vertx.deployVerticle(server.verticle))
                .await(5, SECONDS);
        return server;
    }

    private static Future<Caller> verify(AuthMessage.Verify verify) {
        AuthMessage.BearerCredential bearer = (AuthMessage.BearerCredential) verify.credential();
        String[] parts = bearer.token().split("~");
        return switch (parts[0]) {
            case "bad" -> Future.failedFuture(new Problem.Unauthorized().toException());
            case "down" ->
                Future.failedFuture(
                        new Problem.Unavailable(Problem.Reason.NO_KEYS, Duration.ofSeconds(1)).toException());
            default ->
                Future.succeededFuture(new Caller(
                        parts[0],
                        Set.of(),
                        parts.length == 1
                                ? Optional.empty()
                                : Optional.of(Instant.now().plusMillis(Long.parseLong(parts[1])))));
        };
    }

    /** Upgrades correctly. */
    public WebSocketTestClient connect(String... headers) throws IOException {
        return WebSocketTestClient.connect(verticle.port(), PATH, headers);
    }

    @Override
    public void close() throws Exception {
        vertx.close().await(5, SECONDS);
    }
}
