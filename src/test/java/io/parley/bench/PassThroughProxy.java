package io.parley.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;

/** Forwards the provider's bytes unchanged; the baseline for Parley's cost. */
public final class PassThroughProxy {

    private PassThroughProxy() {}

    public static void main(String[] args) {
        int provider = Integer.parseInt(args[0]);
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                .setPreferNativeTransport(true));
        int loops = Runtime.getRuntime().availableProcessors();
        vertx.deployVerticle(() -> new ProxyVerticle(provider), new DeploymentOptions().setInstances(loops));
    }

    /** Runs once per event loop. */
    private static final class ProxyVerticle extends AbstractVerticle {
        private final int provider;

        private ProxyVerticle(int provider) {
            this.provider = provider;
        }

        @Override
        public void start() {
            HttpClient client = vertx.createHttpClient(
                    new HttpClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(provider),
                    new PoolOptions().setHttp1MaxSize(10_000));
            vertx.createHttpServer(new HttpServerOptions().setAcceptBacklog(8192))
                    .requestHandler(request -> forward(client, request))
                    .listen(-1, "127.0.0.1")
                    .onSuccess(server -> System.out.println("listening on port " + server.actualPort()));
        }

        private static void forward(HttpClient client, HttpServerRequest request) {
            request.body()
                    .onSuccess(body -> client.request(HttpMethod.POST, "/v1/chat/completions")
                            .compose(upstream -> upstream.send(body))
                            .onSuccess(answer -> {
                                request.response().setChunked(true).putHeader("content-type", "text/event-stream");
                                answer.pipeTo(request.response());
                            })
                            .onFailure(_ -> request.response().reset()));
        }
    }
}
