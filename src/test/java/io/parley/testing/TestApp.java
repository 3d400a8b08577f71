package io.parley.testing;

import io.parley.Server;
import io.parley.config.AppConfig;
import io.parley.config.LogConfig;
import io.parley.config.reader.ConfigReader;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A whole Parley in this process: free loopback ports, its own data directory, a fast demo provider. */
public final class TestApp implements AutoCloseable {

    private final Vertx vertx;
    private final Server server;
    private final HttpTestClient http;

    private TestApp(Vertx vertx, Server server) {
        this.vertx = vertx;
        this.server = server;
        this.http = new HttpTestClient(server.httpPort());
    }

    /** @param settings configuration by path; overrides the test defaults */
    public static TestApp start(Path data, Map<String, String> settings) throws Exception {
        Vertx vertx = Server.vertx(Duration.ofMillis(200));
        try {
            return new TestApp(
                    vertx, Server.start(vertx, config(data, settings)).await(20, TimeUnit.SECONDS));
        } catch (Exception e) {
            vertx.close().await(10, TimeUnit.SECONDS);
            throw e;
        }
    }

    /** Returns the configuration of a test, overridden by {@code settings}. */
    public static AppConfig config(Path data, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of(
                "auth.dev-mode", "true",
                "http.port", "0",
                "management.port", "0",
                "store.data-dir", data.toString(),
                "demo.tokens-per-second", "1000"));
        all.putAll(settings);
        return new ConfigReader(Map.of(), LogConfig.Format.TEXT, false).read(all);
    }

    public HttpTestClient http() {
        return http;
    }

    public Server server() {
        return server;
    }

    @Override
    public void close() throws Exception {
        http.close();
        server.stop().await(20, TimeUnit.SECONDS);
        vertx.close().await(10, TimeUnit.SECONDS);
    }
}
