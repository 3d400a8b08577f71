package io.parley.http;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.config.AuthConfig;
import io.parley.config.ConversationConfig;
import io.parley.config.HttpConfig;
import io.parley.config.TracingConfig;
import io.parley.http.server.HardenedHttpServer;
import io.parley.testing.HttpTestClient;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** The real HTTP server in front of a {@link FakeBackend}, and an HTTP client for it. */
public final class HttpTestServer implements AutoCloseable {

    static final Duration HEARTBEAT = Duration.ofMillis(150);
    static final int MAX_BODY = 64 * 1024;
    static final AuthConfig DEV_AUTH = new AuthConfig(true, Optional.empty());
    static final AuthConfig JWT_AUTH = new AuthConfig(
            false,
            Optional.of(new AuthConfig.Jwt(
                    "https://id.example",
                    "parley",
                    URI.create("https://id.example/jwks"),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(30))));

    final Vertx vertx = Vertx.vertx();
    public final Bus bus = Bus.install(vertx);
    final Ids ids = new Ids(InstantSource.system(), RandomGenerator.getDefault());
    public final FakeBackend backend = new FakeBackend(bus);
    final HttpVerticle httpVerticle;
    public final int port;
    public final HttpTestClient client;

    private HttpTestServer(AuthConfig auth, HttpConfig http, Duration phase) throws Exception {
        vertx.deployVerticle(backend).await(5, TimeUnit.SECONDS);
        httpVerticle = new HttpVerticle(
                bus, http, conversation(), auth, TracingConfig.OFF, ids, new HttpTiming(phase, System::nanoTime));
        vertx.deployVerticle(httpVerticle).await(5, TimeUnit.SECONDS);
        port = httpVerticle.port();
        client = new HttpTestClient(port);
    }

    /** Starts a server without authentication. */
    public static HttpTestServer start() throws Exception {
        return new HttpTestServer(DEV_AUTH, httpConfig(Duration.ofSeconds(5)), HardenedHttpServer.READ_TIMEOUT);
    }

    /** Starts a server with authentication. */
    public static HttpTestServer startWithAuth() throws Exception {
        return new HttpTestServer(JWT_AUTH, httpConfig(Duration.ofSeconds(5)), HardenedHttpServer.READ_TIMEOUT);
    }

    /** Starts a server that soon closes slow clients. */
    static HttpTestServer startWithShortTimeouts() throws Exception {
        return new HttpTestServer(DEV_AUTH, httpConfig(Duration.ofMillis(300)), Duration.ofMillis(400));
    }

    static HttpConfig httpConfig(Duration slowClientTimeout) {
        return new HttpConfig(
                "127.0.0.1",
                0,
                HEARTBEAT,
                MAX_BODY,
                List.of("https://chat.example"),
                slowClientTimeout,
                Duration.ofSeconds(1));
    }

    static ConversationConfig conversation() {
        return new ConversationConfig(
                Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofHours(1));
    }

    @Override
    public void close() throws Exception {
        client.close();
        vertx.close().await(10, TimeUnit.SECONDS);
    }
}
