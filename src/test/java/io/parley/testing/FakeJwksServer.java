package io.parley.testing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A JWKS server on loopback that replies as a test specifies, and counts requests. */
public final class FakeJwksServer {

    private final AtomicInteger fetches = new AtomicInteger();
    private final HttpServer server;
    private volatile Consumer<HttpServerRequest> handler;

    public FakeJwksServer(Vertx vertx, TestJwtIssuer... issuers) {
        serve(issuers);
        server = vertx.createHttpServer().requestHandler(request -> {
            fetches.incrementAndGet();
            handler.accept(request);
        });
    }

    public Future<URI> listen() {
        return server.listen(0, "127.0.0.1")
                .map(bound -> URI.create("http://127.0.0.1:" + bound.actualPort() + "/jwks"));
    }

    public Future<Void> close() {
        return server.close();
    }

    public void serve(TestJwtIssuer... issuers) {
        respondWith(request -> json(request, TestJwtIssuer.jwks(issuers).encode()));
    }

    public void respondWith(Consumer<HttpServerRequest> next) {
        handler = next;
    }

    public int fetches() {
        return fetches.get();
    }

    public static void json(HttpServerRequest request, String body) {
        request.response().putHeader("content-type", "application/json").end(body);
    }
}
