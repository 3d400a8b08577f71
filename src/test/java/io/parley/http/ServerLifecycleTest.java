package io.parley.http;

import static io.parley.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.config.ManagementConfig;
import io.parley.contract.Addresses;
import io.parley.contract.ContextMessage.Contexts;
import io.parley.contract.GatewayMessage.Resolve;
import io.parley.contract.GatewayMessage.Resolved;
import io.parley.contract.MetricsMessage.Page;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.ServerMessage.Draining;
import io.parley.contract.ServerMessage.HttpStats;
import io.parley.contract.StreamMessage.Ack;
import io.parley.http.conversation.ChatStreamingTest;
import io.parley.testing.HttpTestClient;
import io.parley.testing.SseParser;
import io.parley.testing.SseTestClient;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The ports of the server from start to stop: binding, health, draining. */
final class ServerLifecycleTest {

    @Test
    @DisplayName("several instances share one free port, and each of them knows its number")
    void onePort() throws Exception {
        try (HttpTestServer server = HttpTestServer.start()) {
            Queue<HttpVerticle> instances = new ConcurrentLinkedQueue<>();
            server.vertx
                    .deployVerticle(
                            () -> {
                                HttpVerticle next = new HttpVerticle(
                                        server.bus,
                                        HttpTestServer.httpConfig(Duration.ofSeconds(5)),
                                        HttpTestServer.conversation(),
                                        HttpTestServer.DEV_AUTH,
                                        server.ids);
                                instances.add(next);
                                return next;
                            },
                            new DeploymentOptions().setInstances(3))
                    .await(5, TimeUnit.SECONDS);
            assertThat(instances)
                    .hasSize(3)
                    .extracting(HttpVerticle::port)
                    .containsOnly(instances.peek().port());
            assertThat(instances.peek().port()).isPositive();
            server.backend.on(Addresses.CONTEXT_LIST, _ -> new Contexts(List.of(), Optional.empty()));
            for (int i = 0; i < 6; i++) {
                try (HttpTestClient probe = new HttpTestClient(instances.peek().port())) {
                    assertThat(probe.get("/api/v1/contexts").statusCode()).isEqualTo(200);
                }
            }
        }
    }

    @Test
    @DisplayName("the server is ready when its store, a provider and its JWT keys are")
    void ready() throws Exception {
        try (HttpTestServer server = HttpTestServer.startWithAuth();
                HttpTestClient management = management(server)) {
            server.backend
                    .on(Addresses.STORE_PING, _ -> new Ack())
                    .on(Addresses.GATEWAY_RESOLVE, _ -> new Resolved("openai", "gpt-x"))
                    .on(Addresses.AUTH_READY, _ -> new Ack());
            JsonNode view = HttpJson.of(management.get("/health/ready"), 200);
            assertThat(view.toString())
                    .isEqualTo("{\"status\":\"ok\",\"checks\":{\"store\":\"ok\",\"provider\":\"ok\",\"auth\":\"ok\","
                            + "\"draining\":false}}");
            assertThat(server.backend.received(Resolve.class).selection()).isEqualTo(ModelSelection.DEFAULT);
            HttpJson.of(server.client.get("/health"), 200);
        }
    }

    @Test
    @DisplayName("a server that is not ready says which part is unavailable")
    void notReady() throws Exception {
        try (HttpTestServer server = HttpTestServer.startWithAuth();
                HttpTestClient management = management(server)) {
            server.backend
                    .fail(Addresses.STORE_PING, new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1)))
                    .on(Addresses.GATEWAY_RESOLVE, _ -> new Resolved("openai", "gpt-x"))
                    .fail(Addresses.AUTH_READY, new Problem.Unavailable(Problem.Reason.NO_KEYS, Duration.ofSeconds(1)));
            for (HttpResponse<String> answer : List.of(management.get("/health/ready"), management.get("/health"))) {
                JsonNode view = HttpJson.of(answer, 503);
                assertThat(view.get("status").asText()).isEqualTo("unavailable");
                assertThat(view.get("checks").toString())
                        .isEqualTo(
                                "{\"store\":\"unavailable\",\"provider\":\"ok\",\"auth\":\"unavailable\",\"draining\":false}");
            }
            HttpJson.of(management.get("/health/live"), 200);
        }
    }

    @Test
    @DisplayName("without authentication the readiness check needs no JWT keys")
    void devMode() throws Exception {
        try (HttpTestServer server = HttpTestServer.start()) {
            server.backend
                    .on(Addresses.STORE_PING, _ -> new Ack())
                    .on(Addresses.GATEWAY_RESOLVE, _ -> new Resolved("demo", "demo"));
            assertThat(HttpJson.of(server.client.get("/health"), 200)
                            .at("/checks/auth")
                            .isMissingNode())
                    .isTrue();
        }
    }

    @Test
    @DisplayName("the management port serves nothing else, and can be turned off")
    void managementPort() throws Exception {
        try (HttpTestServer server = HttpTestServer.startWithAuth();
                HttpTestClient management = management(server)) {
            assertThat(management.get("/api/v1/contexts").statusCode()).isEqualTo(404);
            assertThat(management.send("POST", "/health/live", "").statusCode()).isEqualTo(405);
            assertThat(server.client.get("/health/ready").statusCode()).isEqualTo(404);
            ManagementVerticle disabled = new ManagementVerticle(
                    server.bus, new ManagementConfig("127.0.0.1", -1), HttpTestServer.DEV_AUTH, server.ids);
            server.vertx.deployVerticle(disabled).await(5, TimeUnit.SECONDS);
            assertThat(disabled.port()).isEqualTo(-1);
        }
    }

    @Test
    @DisplayName("a draining server rejects new chats, continues to serve the rest, and reports that it is draining")
    void draining() throws Exception {
        try (HttpTestServer server = HttpTestServer.start();
                HttpTestClient management = management(server)) {
            server.backend
                    .acceptRuns()
                    .on(Addresses.STORE_PING, _ -> new Ack())
                    .on(Addresses.GATEWAY_RESOLVE, _ -> new Resolved("demo", "demo"))
                    .on(Addresses.CONTEXT_LIST, _ -> new Contexts(List.of(), Optional.empty()));
            SseTestClient running = server.client.stream("POST", ChatStreamingTest.STREAM, ChatStreamingTest.HELLO);
            server.bus.publish(Addresses.SERVER_DRAINING, new Draining());
            HttpResponse<String> rejected = rejection(server);
            assertThat(rejected.headers().firstValue("retry-after")).hasValue("5");
            assertThat(HttpTestClient.json(rejected).get("code").asText()).isEqualTo("shutting_down");
            String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
            String otherFormats = "{\"model\":\"demo\",\"stream\":true,\"max_tokens\":9," + messages + "}";
            assertThat(server.client
                            .send("POST", "/api/v1/ai/stream", "{" + messages + "}")
                            .statusCode())
                    .isEqualTo(503);
            for (String path : List.of("/v1/chat/completions", "/v1/messages")) {
                assertThat(server.client.send("POST", path, otherFormats).statusCode())
                        .as(path)
                        .isEqualTo(503);
            }
            assertThat(server.client.get("/api/v1/contexts").statusCode()).isEqualTo(200);
            JsonNode view = HttpJson.of(management.get("/health/ready"), 503);
            assertThat(view.get("status").asText()).isEqualTo("draining");
            server.backend.publish(ChatEvents.token("still here"), ChatEvents.done());
            assertThat(running.remaining()).extracting(SseParser.Event::data).startsWith("still here");
            assertThat(server.client.stream("GET", "/api/v1/conversations/run_1/stream", "")
                            .remaining())
                    .hasSize(2);
        }
    }

    @Test
    @DisplayName("HTTP statistics are published every second")
    void stats() throws Exception {
        BlockingQueue<HttpStats> received = new LinkedBlockingQueue<>();
        try (HttpTestServer server = HttpTestServer.start()) {
            server.bus.subscribe(Addresses.HTTP_STATS, received::add).await(5, TimeUnit.SECONDS);
            server.backend.acceptRuns().fail(Addresses.CONTEXT_LIST, new Problem.Internal());
            server.client.get("/nowhere");
            server.client.get("/api/v1/contexts");
            try (SseTestClient reading =
                    server.client.stream("POST", ChatStreamingTest.STREAM, ChatStreamingTest.HELLO)) {
                server.backend.publish(ChatEvents.token("I"));
                reading.next();
                received.clear();
                HttpStats stats = Objects.requireNonNull(received.poll(5, TimeUnit.SECONDS));
                assertThat(stats.openStreams()).isEqualTo(1);
                assertThat(stats.requests()).isEqualTo(3);
                assertThat(stats.clientErrors()).isEqualTo(1);
                assertThat(stats.serverErrors()).isEqualTo(1);
                assertThat(stats.openSockets() + stats.pausedWrites() + stats.slowClientsClosed())
                        .isZero();
            }
        }
    }

    @Test
    @DisplayName("metrics are served on the management port only, as the metrics component renders them")
    void metrics() throws Exception {
        try (HttpTestServer server = HttpTestServer.start();
                HttpTestClient management = management(server)) {
            Page metricsPage = new Page("text/plain; version=0.0.4", "up 1\n");
            server.bus
                    .handle(Addresses.METRICS_READ, _ -> Future.succeededFuture(metricsPage))
                    .await(5, TimeUnit.SECONDS);
            HttpResponse<String> page = management.get("/metrics");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4");
            assertThat(page.body()).isEqualTo("up 1\n");
            assertThat(server.client.get("/metrics").statusCode()).isEqualTo(404);
            assertThat(management.send("POST", "/metrics", "").statusCode()).isEqualTo(405);
        }
    }

    @Test
    @DisplayName("a server that shuts down sends a final event to every open stream, and ends it properly")
    void closing() throws Exception {
        try (HttpTestServer server = HttpTestServer.start()) {
            server.backend.acceptRuns();
            SseTestClient running = server.client.stream("POST", ChatStreamingTest.STREAM, ChatStreamingTest.HELLO);
            server.backend.publish(ChatEvents.token("I"));
            running.next();
            server.vertx.undeploy(server.httpVerticle.deploymentID()).await(10, TimeUnit.SECONDS);
            assertThat(running.remaining()).singleElement().satisfies(event -> {
                assertThat(event.name()).isEqualTo("error");
                assertThat(event.data()).contains("\"code\":\"shutting_down\"", "\"partial\":true");
            });
            assertThat(running.truncated()).isFalse();
        }
    }

    /** Retries, because the published fact arrives a moment later. */
    private static HttpResponse<String> rejection(HttpTestServer server) throws Exception {
        List<HttpResponse<String>> answers = new ArrayList<>();
        eventually(() -> {
            answers.add(server.client.post(ChatStreamingTest.STREAM, "{}"));
            assertThat(answers.getLast().statusCode()).isEqualTo(503);
        });
        assertThat(answers).extracting(HttpResponse::statusCode).isSubsetOf(422, 503);
        return answers.getLast();
    }

    private static HttpTestClient management(HttpTestServer server) throws Exception {
        ManagementVerticle verticle = new ManagementVerticle(
                server.bus, new ManagementConfig("127.0.0.1", 0), HttpTestServer.JWT_AUTH, server.ids);
        server.vertx.deployVerticle(verticle).await(5, TimeUnit.SECONDS);
        return new HttpTestClient(verticle.port());
    }
}
