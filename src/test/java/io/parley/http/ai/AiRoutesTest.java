package io.parley.http.ai;

import static io.parley.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.parley.http.RawHttpClient;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeProviderExchange;
import io.parley.testing.HttpTestClient;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.parley.testing.SseParser.Event;
import io.parley.testing.SseTestClient;
import io.parley.testing.TestApp;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that are not stored, through a whole server with two providers. */
final class AiRoutesTest {

    private static final String STREAM = "/api/v1/ai/stream";
    private static final String GENERATE = "/api/v1/ai/generate";
    private static final String HI = "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path data;

    private FakeProvider firstProvider;
    private FakeProvider secondProvider;

    @BeforeEach
    void start() {
        firstProvider = FakeProvider.start();
        secondProvider = FakeProvider.start();
    }

    @AfterEach
    void stop() {
        firstProvider.close();
        secondProvider.close();
    }

    private TestApp app(String... settings) throws Exception {
        Map<String, String> all = firstProvider.settings("first", ProviderWireFormat.OPENAI, "one");
        all.putAll(secondProvider.settings("second", ProviderWireFormat.ANTHROPIC, "two"));
        all.putAll(Map.of("gateway.provider", "first", "gateway.retry.pause", "1ms"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return TestApp.start(data, all);
    }

    private static JsonNode json(Event event) throws Exception {
        return JSON.readTree(event.data());
    }

    @Test
    @DisplayName("a streamed answer is its deltas and one end with usage, and its headers name the provider")
    void streamed() throws Exception {
        try (TestApp app = app();
                SseTestClient stream = app.http().stream("POST", STREAM, HI)) {
            List<Event> events = stream.remaining();
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("content-type")).hasValue("text/event-stream; charset=utf-8");
            assertThat(stream.header("x-parley-provider")).hasValue("first");
            assertThat(stream.header("x-parley-model")).hasValue("one");
            assertThat(stream.header("x-parley-cache")).hasValue("miss");
            assertThat(stream.header("x-parley-attempts")).hasValue("1");
            assertThat(events).extracting(Event::name).containsOnly("message");
            assertThat(events.getFirst().data())
                    .isEqualTo(
                            "{\"delta\":\"Hello\",\"type\":\"delta\",\"provider\":\"first\",\"finish_reason\":null}");
            assertThat(text(events)).isEqualTo("Hello, world");
            JsonNode done = json(events.getLast());
            assertThat(done.path("type").asText()).isEqualTo("done");
            assertThat(done.path("finish_reason").asText()).isEqualTo("stop");
            assertThat(done.path("model").asText()).isEqualTo(ProviderWireFormat.MODEL);
            assertThat(done.path("usage").path("input_tokens").asInt()).isEqualTo(ProviderWireFormat.INPUT);
            assertThat(done.path("usage").path("output_tokens").asInt()).isEqualTo(3);
        }
    }

    @Test
    @DisplayName("a complete answer has its text, provider, usage and latency")
    void whole() throws Exception {
        try (TestApp app = app()) {
            HttpResponse<String> response = app.http().post("/ai/generate", HI);
            JsonNode answer = HttpTestClient.json(response);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(answer.path("content").asText()).isEqualTo("Hello, world");
            assertThat(answer.path("provider").asText()).isEqualTo("first");
            assertThat(answer.path("usage").path("output_tokens").asInt()).isEqualTo(3);
            assertThat(answer.path("latency").isIntegralNumber()).isTrue();
            assertThat(answer.path("request_id").asText())
                    .isEqualTo(response.headers().firstValue("x-request-id").orElseThrow());
            assertThat(answer.path("attempts").asInt()).isEqualTo(1);
            assertThat(firstProvider.nextExchange().body())
                    .contains("\"temperature\":0.7")
                    .contains("1000");
        }
    }

    @Test
    @DisplayName("the model is asked to reason, and its reasoning is streamed or returned, only if the client wants it")
    void thinking() throws Exception {
        firstProvider.defaultScript(ProviderScripts.thinkingAnswer(List.of("Let me", " think"), "Hello"));
        String asked = HI.replace("{\"messages\"", "{\"thinking\":true,\"messages\"");
        try (TestApp app = app("gateway.cache.size", "0B")) {
            List<Event> events = app.http().stream("POST", STREAM, asked).remaining();
            assertThat(events).extracting(Event::name).containsExactly("thinking", "thinking", "message", "message");
            assertThat(text(events.subList(0, 2))).isEqualTo("Let me think");
            assertThat(text(events.subList(2, 4))).isEqualTo("Hello");
            assertThat(firstProvider.nextExchange().body())
                    .contains("\"reasoning_effort\":\"medium\"")
                    .contains("9192");
            JsonNode whole = HttpTestClient.json(app.http().post(GENERATE, asked));
            assertThat(whole.path("thinking").asText()).isEqualTo("Let me think");
            assertThat(whole.path("content").asText()).isEqualTo("Hello");
            firstProvider.nextExchange();

            assertThat(app.http().stream("POST", STREAM, HI).remaining())
                    .extracting(Event::name)
                    .containsOnly("message");
            assertThat(firstProvider.nextExchange().body()).doesNotContain("reasoning_effort");
            assertThat(HttpTestClient.json(app.http().post(GENERATE, HI)).has("thinking"))
                    .isFalse();

            firstProvider.defaultScript(ProviderScripts.answer(ProviderWireFormat.OPENAI, "Hello"));
            assertThat(HttpTestClient.json(app.http().post(GENERATE, asked)).has("thinking"))
                    .as("of a model that did not reason")
                    .isFalse();
        }
    }

    @Test
    @DisplayName("an answer that fails midway is reset and restarted at another provider")
    void restarted() throws Exception {
        firstProvider.enqueue(ProviderScripts.truncate(ProviderWireFormat.OPENAI, "Hel", "lo"));
        secondProvider.enqueue(ProviderScripts.answer(ProviderWireFormat.ANTHROPIC, "Good", " day"));
        try (TestApp app = app();
                SseTestClient stream = app.http().stream("POST", STREAM, HI)) {
            List<Event> events = stream.remaining();
            assertThat(events)
                    .extracting(event -> json(event).path("type").asText())
                    .containsExactly("delta", "delta", "reset", "delta", "delta", "done");
            JsonNode reset = json(events.get(2));
            assertThat(reset.path("provider").asText()).isEqualTo("second");
            assertThat(reset.path("attempt").asInt()).isEqualTo(2);
            assertThat(text(events.subList(3, 6))).isEqualTo("Good day");
        }
    }

    @Test
    @DisplayName(
            "a complete answer whose provider fails midway is restarted at another provider, without the partial text")
    void collectedAfterRestart() throws Exception {
        firstProvider.enqueue(ProviderScripts.truncate(ProviderWireFormat.OPENAI, "Hel", "lo"));
        secondProvider.enqueue(ProviderScripts.answer(ProviderWireFormat.ANTHROPIC, "Good", " day"));
        try (TestApp app = app()) {
            JsonNode answer = HttpTestClient.json(app.http().post(GENERATE, HI));
            assertThat(answer.path("content").asText()).isEqualTo("Good day");
            assertThat(answer.path("provider").asText()).isEqualTo("second");
        }
    }

    @Test
    @DisplayName("an answer that fails midway and may not be restarted ends with an error, and without done")
    void failsWithoutFallback() throws Exception {
        firstProvider.enqueue(ProviderScripts.truncate(ProviderWireFormat.OPENAI, "Hel", "lo"));
        try (TestApp app = app("gateway.mid-answer-fallback", "false");
                SseTestClient stream = app.http().stream("POST", STREAM, HI)) {
            List<Event> events = stream.remaining();
            assertThat(text(events)).isEqualTo("Hello");
            assertThat(events.getLast().name()).isEqualTo("error");
            JsonNode error = json(events.getLast());
            assertThat(error.path("type").asText()).isEqualTo("error");
            assertThat(error.path("code").asText()).isEqualTo("provider_error");
            assertThat(error.path("partial").asBoolean()).isTrue();
            assertThat(error.path("usage").path("estimated").asBoolean()).isTrue();
            assertThat(secondProvider.exchanges()).isEmpty();
        }
    }

    @Test
    @DisplayName("a client that disconnects midway closes the provider connection")
    void disconnectMidway() throws Exception {
        firstProvider.enqueue(ProviderScripts.stall(ProviderWireFormat.OPENAI, "Hel"));
        try (TestApp app = app()) {
            SseTestClient stream = app.http().stream("POST", STREAM, HI);
            stream.next();
            FakeProviderExchange exchange = firstProvider.nextExchange();
            stream.close();
            long disconnectedAt = System.nanoTime();
            assertThat(TimeUnit.NANOSECONDS.toMillis(exchange.disconnectedAt() - disconnectedAt))
                    .isLessThan(250);
        }
    }

    @Test
    @DisplayName("a client that disconnects before the first token closes the provider connection, on every route")
    void disconnectBeforeFirstToken() throws Exception {
        firstProvider.defaultScript(ProviderScripts.noResponse());
        try (TestApp app = app()) {
            for (String path : List.of(STREAM, GENERATE)) {
                try (RawHttpClient client = RawHttpClient.connect(app.server().httpPort())) {
                    client.send(RawHttpClient.post(path, HI));
                    FakeProviderExchange exchange = firstProvider.nextExchange();
                    client.close();
                    exchange.disconnectedAt();
                }
            }
        }
    }

    @Test
    @DisplayName("a client that disconnects in the queue is never admitted")
    void disconnectInQueue() throws Exception {
        firstProvider.enqueue(ProviderScripts.stall(ProviderWireFormat.OPENAI, "Hel"));
        try (TestApp app = app("gateway.max-concurrent", "1")) {
            String withoutFallback = HI.replace("}]}", "}],\"provider\":\"first\",\"fallback\":false}");
            SseTestClient running = app.http().stream("POST", STREAM, withoutFallback);
            running.next();
            firstProvider.nextExchange();
            try (RawHttpClient client = RawHttpClient.connect(app.server().httpPort())) {
                client.send(RawHttpClient.post(STREAM, withoutFallback));
                awaitQueue(app, 1);
            }
            awaitQueue(app, 0);
            running.close();
            assertThat(firstProvider.exchanges()).hasSize(1);
        }
    }

    private static void awaitQueue(TestApp app, int length) throws Exception {
        eventually(() ->
                assertThat(providerStatus(app, "first").path("queue").asInt()).isEqualTo(length));
    }

    private static JsonNode providerStatus(TestApp app, String provider) throws Exception {
        JsonNode health = HttpTestClient.json(app.http().get("/api/v1/ai/providers/health"));
        for (JsonNode each : health.path("providers")) {
            if (each.path("name").asText().equals(provider)) {
                return each;
            }
        }
        throw new AssertionError("no provider " + provider);
    }

    @Test
    @DisplayName("a full queue is answered with 429, Retry-After and the expected wait")
    void fullQueue() throws Exception {
        firstProvider.enqueue(ProviderScripts.stall(ProviderWireFormat.OPENAI, "Hel"));
        try (TestApp app = app("gateway.max-concurrent", "1", "gateway.queue.size", "0")) {
            String withoutFallback = HI.replace("}]}", "}],\"provider\":\"first\",\"fallback\":false}");
            try (SseTestClient running = app.http().stream("POST", STREAM, withoutFallback)) {
                running.next();
                HttpResponse<String> rejected = app.http().post(STREAM, withoutFallback);
                assertThat(rejected.statusCode()).isEqualTo(429);
                assertThat(rejected.headers().firstValue("retry-after")).isPresent();
                assertThat(HttpTestClient.json(rejected).path("retry_after_ms").asLong())
                        .isPositive();
            }
        }
    }

    @Test
    @DisplayName(
            "when the first token takes long the response headers and keepalives are sent, and a failure is then an error event")
    void silence() throws Exception {
        firstProvider.enqueue(ProviderScripts.noResponse());
        try (TestApp app = app(
                        "gateway.commit-after", "50ms",
                        "http.heartbeat", "20ms",
                        "provider.timeouts.headers", "400ms");
                SseTestClient stream = app.http().stream("POST", STREAM, HI.replace("}]}", "}],\"fallback\":false}"))) {
            assertThat(stream.status()).isEqualTo(200);
            List<Event> events = stream.remaining();
            assertThat(stream.raw().split(":keepalive\n\n", -1)).hasSizeGreaterThan(4);
            assertThat(events).hasSize(1);
            assertThat(json(events.getFirst()).path("code").asText()).isEqualTo("provider_timeout");
            assertThat(json(events.getFirst()).path("partial").asBoolean()).isFalse();
        }
    }

    @Test
    @DisplayName("a failure before the first token is an ordinary problem response")
    void failsBeforeFirstToken() throws Exception {
        firstProvider.enqueue(ProviderScripts.errorResponse(401, "{}"));
        try (TestApp app = app()) {
            HttpResponse<String> response = app.http().post(STREAM, HI.replace("}]}", "}],\"fallback\":false}"));
            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(HttpTestClient.json(response).path("code").asText()).isEqualTo("provider_auth");
        }
    }

    @Test
    @DisplayName("an equal request at temperature 0 is answered from the cache, unless the client forbids it")
    void cache() throws Exception {
        String deterministic = HI.replace("}]}", "}],\"temperature\":0}");
        try (TestApp app = app()) {
            app.http().post(GENERATE, deterministic);
            HttpResponse<String> again = app.http().post(GENERATE, deterministic);
            assertThat(again.headers().firstValue("x-parley-cache")).hasValue("hit");
            assertThat(HttpTestClient.json(again).path("cached").asBoolean()).isTrue();
            HttpResponse<String> fresh = app.http().post(GENERATE, deterministic, "Cache-Control", "no-store");
            assertThat(fresh.headers().firstValue("x-parley-cache")).hasValue("miss");
            assertThat(firstProvider.exchanges()).hasSize(2);
        }
    }

    @Test
    @DisplayName("an equal request at another temperature is answered from the cache if the client wants that")
    void cachePreferred() throws Exception {
        try (TestApp app = app()) {
            app.http().post(GENERATE, HI, "x-parley-cache", "wanted");
            HttpResponse<String> again = app.http().post(GENERATE, HI, "x-parley-cache", "wanted");
            assertThat(again.headers().firstValue("x-parley-cache")).hasValue("hit");
            HttpResponse<String> byDefault = app.http().post(GENERATE, HI);
            assertThat(byDefault.headers().firstValue("x-parley-cache")).hasValue("miss");
            assertThat(firstProvider.exchanges()).hasSize(2);
        }
    }

    @Test
    @DisplayName("a model can be named with its provider, without it, or by an alias")
    void models() throws Exception {
        try (TestApp app = app("gateway.models.fast.targets", "second")) {
            for (String model : List.of("second/two", "two", "fast")) {
                JsonNode answer = HttpTestClient.json(
                        app.http().post(GENERATE, HI.replace("}]}", "}],\"model\":\"" + model + "\"}")));
                assertThat(answer.path("provider").asText()).as(model).isEqualTo("second");
            }
        }
    }

    @Test
    @DisplayName("every invalid field of a body is reported at once")
    void invalidFields() throws Exception {
        try (TestApp app = app()) {
            HttpResponse<String> response = app.http()
                    .post(STREAM, "{\"messages\":[],\"temperature\":3,\"priority\":\"now\",\"base_url\":\"http://x\"}");
            assertThat(response.statusCode()).isEqualTo(422);
            assertThat(HttpTestClient.json(response).path("errors").findValuesAsText("pointer"))
                    .containsExactlyInAnyOrder("/messages", "/temperature", "/priority", "/base_url");
        }
    }

    @Test
    @DisplayName("an estimate has the tokens and the maximum cost, and calls no provider")
    void estimate() throws Exception {
        try (TestApp app = app()) {
            JsonNode unknown = HttpTestClient.json(app.http().post("/ai/estimate", HI));
            assertThat(unknown.path("provider").asText()).isEqualTo("first");
            assertThat(unknown.path("input_tokens").asInt()).isPositive();
            assertThat(unknown.path("output_tokens").asInt()).isEqualTo(1000);
            assertThat(unknown.path("cost_usd").isNull()).isTrue();
            JsonNode free = HttpTestClient.json(
                    app.http().post("/api/v1/ai/estimate", HI.replace("}]}", "}],\"provider\":\"demo\"}")));
            assertThat(free.path("cost_usd").decimalValue()).isZero();
            assertThat(firstProvider.exchanges()).isEmpty();
        }
    }

    @Test
    @DisplayName("the provider health shows how calls ended")
    void health() throws Exception {
        firstProvider.enqueue(ProviderScripts.errorResponse(401, "{}"));
        try (TestApp app = app()) {
            app.http().post(GENERATE, HI);
            JsonNode status = providerStatus(app, "first");
            assertThat(status.path("healthy").asBoolean()).isFalse();
            assertThat(status.path("breaker").asText()).isEqualTo("closed");
            assertThat(status.path("last_error").asText()).isEqualTo("auth");
            JsonNode well = providerStatus(app, "second");
            assertThat(well.path("healthy").asBoolean()).isTrue();
            assertThat(well.path("latency").path("p50_ms").isIntegralNumber()).isTrue();
        }
    }

    @Test
    @DisplayName("an answer that is running when the server stops may end within the grace period")
    void gracePeriod() throws Exception {
        firstProvider.enqueue(
                ProviderScripts.slow(ProviderWireFormat.OPENAI, java.time.Duration.ofMillis(300), "Hel", "lo", "!"));
        TestApp app = app("http.drain", "5s");
        try (app;
                SseTestClient stream = app.http().stream("POST", STREAM, HI)) {
            stream.next();
            app.server().stop().await(10, TimeUnit.SECONDS);
            assertThat(json(stream.remaining().getLast()).path("type").asText()).isEqualTo("done");
        }
    }

    private static String text(List<Event> events) throws Exception {
        StringBuilder text = new StringBuilder();
        for (Event event : events) {
            text.append(json(event).path("delta").asText());
        }
        return text.toString();
    }
}
