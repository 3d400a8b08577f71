package io.parley.http;

import static io.parley.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.config.ManagementConfig;
import io.parley.contract.Addresses;
import io.parley.contract.ModelSelection;
import io.parley.contract.ContextMessage.Contexts;
import io.parley.contract.GatewayMessage.Resolve;
import io.parley.contract.GatewayMessage.Resolved;
import io.parley.contract.MetricsMessage.Page;
import io.parley.contract.Problem;
import io.parley.contract.ServerMessage.Draining;
import io.parley.contract.ServerMessage.HttpStats;
import io.parley.contract.StreamMessage.Ack;
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

/** The server's ports from the first to the last: bound, asked for their health, drained. */
final class ServerLifecycleTest {

    @Test
    @DisplayName("several instances share one free port, and each of them knows it")
    void onePort() throws Exception {
        try (HttpTestServer stage = HttpTestServer.open()) {
            Queue<HttpVerticle> instances = new ConcurrentLinkedQueue<>();
            stage.vertx
                    .deployVerticle(
                            () -> {
                                HttpVerticle next = new HttpVerticle(
                                        stage.bus,
                                        HttpTestServer.http(Duration.ofSeconds(5)),
                                        HttpTestServer.conversation(),
                                        HttpTestServer.DEV,
                                        stage.ids);
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
            stage.backstage.on(Addresses.CONTEXT_LIST, _ -> new Contexts(List.of(), Optional.empty()));
            for (int i = 0; i < 6; i++) {
                try (HttpTestClient probe = new HttpTestClient(instances.peek().port())) {
                    assertThat(probe.get("/api/v1/contexts").statusCode()).isEqualTo(200);
                }
            }
        }
    }

    @Test
    @DisplayName("the server is ready when its store, a vendor and its keys are")
    void ready() throws Exception {
        try (HttpTestServer stage = HttpTestServer.guarded();
                HttpTestClient management = management(stage)) {
            stage.backstage
                    .on(Addresses.STORE_PING, _ -> new Ack())
                    .on(Addresses.GATEWAY_CHECK, _ -> new Resolved("openai", "gpt-x"))
                    .on(Addresses.AUTH_READY, _ -> new Ack());
            JsonNode view = HttpJson.of(management.get("/health/ready"), 200);
            assertThat(view.toString())
                    .isEqualTo("{\"status\":\"ok\",\"checks\":{\"store\":\"ok\",\"provider\":\"ok\",\"auth\":\"ok\","
                            + "\"draining\":false}}");
            assertThat(stage.backstage.asked(Resolve.class).choice()).isEqualTo(ModelSelection.ANY);
            HttpJson.of(stage.probe.get("/health"), 200);
        }
    }

    @Test
    @DisplayName("a server that is not ready says which part is missing")
    void notReady() throws Exception {
        try (HttpTestServer stage = HttpTestServer.guarded();
                HttpTestClient management = management(stage)) {
            stage.backstage
                    .fail(Addresses.STORE_PING, new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1)))
                    .on(Addresses.GATEWAY_CHECK, _ -> new Resolved("openai", "gpt-x"))
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
    @DisplayName("where nobody is asked who they are, keys are not missed")
    void devMode() throws Exception {
        try (HttpTestServer stage = HttpTestServer.open()) {
            stage.backstage
                    .on(Addresses.STORE_PING, _ -> new Ack())
                    .on(Addresses.GATEWAY_CHECK, _ -> new Resolved("demo", "demo"));
            assertThat(HttpJson.of(stage.probe.get("/health"), 200)
                            .at("/checks/auth")
                            .isMissingNode())
                    .isTrue();
        }
    }

    @Test
    @DisplayName("the management port serves nothing else, and can be left out")
    void managementPort() throws Exception {
        try (HttpTestServer stage = HttpTestServer.guarded();
                HttpTestClient management = management(stage)) {
            assertThat(management.get("/api/v1/contexts").statusCode()).isEqualTo(404);
            assertThat(management.send("POST", "/health/live", "").statusCode()).isEqualTo(405);
            assertThat(stage.probe.get("/health/ready").statusCode()).isEqualTo(404);
            ManagementVerticle none =
                    new ManagementVerticle(stage.bus, new ManagementConfig("127.0.0.1", -1), HttpTestServer.DEV, stage.ids);
            stage.vertx.deployVerticle(none).await(5, TimeUnit.SECONDS);
            assertThat(none.port()).isEqualTo(-1);
        }
    }

    @Test
    @DisplayName("a server that is going away takes no new chat, serves what is there and says so")
    void draining() throws Exception {
        try (HttpTestServer stage = HttpTestServer.open();
                HttpTestClient management = management(stage)) {
            stage.backstage
                    .opens()
                    .on(Addresses.STORE_PING, _ -> new Ack())
                    .on(Addresses.GATEWAY_CHECK, _ -> new Resolved("demo", "demo"))
                    .on(Addresses.CONTEXT_LIST, _ -> new Contexts(List.of(), Optional.empty()));
            SseTestClient running = stage.probe.stream("POST", ChatStreamingTest.STREAM, ChatStreamingTest.HELLO);
            stage.bus.tell(Addresses.SERVER_DRAINING, new Draining());
            HttpResponse<String> refused = refusal(stage);
            assertThat(refused.headers().firstValue("retry-after")).hasValue("5");
            assertThat(HttpTestClient.json(refused).get("code").asText()).isEqualTo("shutting_down");
            String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
            String foreign = "{\"model\":\"demo\",\"stream\":true,\"max_tokens\":9," + messages + "}";
            assertThat(stage.probe
                            .send("POST", "/api/v1/ai/stream", "{" + messages + "}")
                            .statusCode())
                    .isEqualTo(503);
            for (String path : List.of("/v1/chat/completions", "/v1/messages")) {
                assertThat(stage.probe.send("POST", path, foreign).statusCode())
                        .as(path)
                        .isEqualTo(503);
            }
            assertThat(stage.probe.get("/api/v1/contexts").statusCode()).isEqualTo(200);
            JsonNode view = HttpJson.of(management.get("/health/ready"), 503);
            assertThat(view.get("status").asText()).isEqualTo("draining");
            stage.backstage.say(ChatEvents.token("still here"), ChatEvents.done());
            assertThat(running.rest()).extracting(SseParser.Event::data).startsWith("still here");
            assertThat(stage.probe.stream("GET", "/api/v1/conversations/run_1/stream", "")
                            .rest())
                    .hasSize(2);
        }
    }

    @Test
    @DisplayName("every second it is told what goes on at the port")
    void traffic() throws Exception {
        BlockingQueue<HttpStats> told = new LinkedBlockingQueue<>();
        try (HttpTestServer stage = HttpTestServer.open()) {
            stage.bus.listen(Addresses.HTTP_COUNTED, told::add).await(5, TimeUnit.SECONDS);
            stage.backstage.opens().fail(Addresses.CONTEXT_LIST, new Problem.Internal());
            stage.probe.get("/nowhere");
            stage.probe.get("/api/v1/contexts");
            try (SseTestClient reading = stage.probe.stream("POST", ChatStreamingTest.STREAM, ChatStreamingTest.HELLO)) {
                stage.backstage.say(ChatEvents.token("I"));
                reading.next();
                told.clear();
                HttpStats traffic = Objects.requireNonNull(told.poll(5, TimeUnit.SECONDS));
                assertThat(traffic.streams()).isEqualTo(1);
                assertThat(traffic.requests()).isEqualTo(3);
                assertThat(traffic.faults()).isEqualTo(1);
                assertThat(traffic.failures()).isEqualTo(1);
                assertThat(traffic.sockets() + traffic.slow() + traffic.cut()).isZero();
            }
        }
    }

    @Test
    @DisplayName("metrics are shown on the management port alone, as whoever measures has them")
    void metrics() throws Exception {
        try (HttpTestServer stage = HttpTestServer.open();
                HttpTestClient management = management(stage)) {
            Page shown = new Page("text/plain; version=0.0.4", "up 1\n");
            stage.bus
                    .answer(Addresses.METRICS_READ, _ -> Future.succeededFuture(shown))
                    .await(5, TimeUnit.SECONDS);
            HttpResponse<String> page = management.get("/metrics");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4");
            assertThat(page.body()).isEqualTo("up 1\n");
            assertThat(stage.probe.get("/metrics").statusCode()).isEqualTo(404);
            assertThat(management.send("POST", "/metrics", "").statusCode()).isEqualTo(405);
        }
    }

    @Test
    @DisplayName("a port that is closed tells every open stream so, and ends it properly")
    void closing() throws Exception {
        try (HttpTestServer stage = HttpTestServer.open()) {
            stage.backstage.opens();
            SseTestClient running = stage.probe.stream("POST", ChatStreamingTest.STREAM, ChatStreamingTest.HELLO);
            stage.backstage.say(ChatEvents.token("I"));
            running.next();
            stage.vertx.undeploy(stage.door.deploymentID()).await(10, TimeUnit.SECONDS);
            assertThat(running.rest()).singleElement().satisfies(event -> {
                assertThat(event.name()).isEqualTo("error");
                assertThat(event.data()).contains("\"code\":\"shutting_down\"", "\"partial\":true");
            });
            assertThat(running.cut()).isFalse();
        }
    }

    /** The fact is told, and heard a moment later. */
    private static HttpResponse<String> refusal(HttpTestServer stage) throws Exception {
        List<HttpResponse<String>> answers = new ArrayList<>();
        eventually(() -> {
            answers.add(stage.probe.post(ChatStreamingTest.STREAM, "{}"));
            assertThat(answers.getLast().statusCode()).isEqualTo(503);
        });
        assertThat(answers).extracting(HttpResponse::statusCode).isSubsetOf(422, 503);
        return answers.getLast();
    }

    private static HttpTestClient management(HttpTestServer stage) throws Exception {
        ManagementVerticle verticle =
                new ManagementVerticle(stage.bus, new ManagementConfig("127.0.0.1", 0), HttpTestServer.GUARDED, stage.ids);
        stage.vertx.deployVerticle(verticle).await(5, TimeUnit.SECONDS);
        return new HttpTestClient(verticle.port());
    }
}
