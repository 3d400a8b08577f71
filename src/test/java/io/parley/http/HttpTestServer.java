package io.parley.http;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.config.AuthConfig;
import io.parley.config.ConversationConfig;
import io.parley.config.HttpConfig;
import io.parley.config.TracingConfig;
import io.parley.testing.HttpTestClient;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** The real public port in front of a {@link FakeBackend}, and a client that speaks with it. */
final class HttpTestServer implements AutoCloseable {

    static final Duration HEARTBEAT = Duration.ofMillis(150);
    static final int MAX_BODY = 64 * 1024;
    static final AuthConfig DEV = new AuthConfig(true, Optional.empty());
    static final AuthConfig GUARDED = new AuthConfig(
            false,
            Optional.of(new AuthConfig.Jwt(
                    "https://id.example",
                    "parley",
                    URI.create("https://id.example/jwks"),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(30))));

    final Vertx vertx = Vertx.vertx();
    final Bus bus = Bus.install(vertx);
    final Ids ids = new Ids(InstantSource.system(), RandomGenerator.getDefault());
    final FakeBackend backstage = new FakeBackend(bus);
    final HttpVerticle door;
    final int port;
    final HttpTestClient probe;

    private HttpTestServer(AuthConfig auth, HttpConfig http, Duration phase) throws Exception {
        vertx.deployVerticle(backstage).await(5, TimeUnit.SECONDS);
        door = new HttpVerticle(
                bus, http, conversation(), auth, TracingConfig.OFF, ids, new HttpTiming(phase, System::nanoTime));
        vertx.deployVerticle(door).await(5, TimeUnit.SECONDS);
        port = door.port();
        probe = new HttpTestClient(port);
    }

    /** Nobody is asked who they are. */
    static HttpTestServer open() throws Exception {
        return new HttpTestServer(DEV, http(Duration.ofSeconds(5)), HardenedHttpServer.PHASE);
    }

    /** Everybody is asked who they are. */
    static HttpTestServer guarded() throws Exception {
        return new HttpTestServer(GUARDED, http(Duration.ofSeconds(5)), HardenedHttpServer.PHASE);
    }

    /** Slow clients are cut soon. */
    static HttpTestServer impatient() throws Exception {
        return new HttpTestServer(DEV, http(Duration.ofMillis(300)), Duration.ofMillis(400));
    }

    static HttpConfig http(Duration slowReader) {
        return new HttpConfig(
                "127.0.0.1",
                0,
                HEARTBEAT,
                MAX_BODY,
                List.of("https://chat.example"),
                slowReader,
                Duration.ofSeconds(1));
    }

    static ConversationConfig conversation() {
        return new ConversationConfig(
                Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofHours(1));
    }

    @Override
    public void close() throws Exception {
        probe.close();
        vertx.close().await(10, TimeUnit.SECONDS);
    }
}
