package io.parley.http.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.parley.http.HttpTestServer;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Anthropic's wire format, as the official SDK sees it and on the wire, through a whole server. */
final class AnthropicApiTest {

    private static final String MESSAGES = "/v1/messages";
    private static final String HI =
            "{\"model\":\"one\",\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    @TempDir
    private Path data;

    private FakeProvider provider;

    @BeforeEach
    void start() {
        provider = FakeProvider.start();
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    private TestApp app(ProviderWireFormat wire, String... settings) throws Exception {
        Map<String, String> all = provider.settings("first", wire, "one");
        all.putAll(Map.of("gateway.provider", "first", "gateway.retry.pause", "1ms"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return TestApp.start(data, all);
    }

    private static AnthropicClient sdk(TestApp app) {
        return AnthropicOkHttpClient.builder()
                .baseUrl("http://127.0.0.1:" + app.server().httpPort())
                .apiKey("any")
                .maxRetries(0)
                .timeout(Duration.ofSeconds(10))
                .build();
    }

    private static MessageCreateParams helloParams() {
        return MessageCreateParams.builder()
                .model("first/one")
                .maxTokens(50)
                .addUserMessage("hi")
                .build();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the SDK reads a complete answer of every provider")
    void whole(ProviderWireFormat wire) throws Exception {
        try (TestApp app = app(wire)) {
            AnthropicClient sdk = sdk(app);
            Message message = sdk.messages().create(helloParams());
            assertThat(message.content().getFirst().asText().text()).isEqualTo("Hello, world");
            assertThat(message.stopReason()).hasValue(StopReason.END_TURN);
            assertThat(message.usage().inputTokens()).isEqualTo(ProviderWireFormat.INPUT);
            assertThat(message.usage().outputTokens()).isEqualTo(3);
            assertThat(message.model().asString()).isEqualTo(ProviderWireFormat.MODEL);
            sdk.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the SDK reads and assembles a streamed answer of every provider")
    void streamed(ProviderWireFormat wire) throws Exception {
        try (TestApp app = app(wire)) {
            AnthropicClient sdk = sdk(app);
            MessageAccumulator accumulator = MessageAccumulator.create();
            try (StreamResponse<RawMessageStreamEvent> stream = sdk.messages().createStreaming(helloParams())) {
                stream.stream().forEach(accumulator::accumulate);
            }
            assertThat(accumulator.message().content().getFirst().asText().text())
                    .isEqualTo("Hello, world");
            assertThat(accumulator.message().stopReason()).hasValue(StopReason.END_TURN);
            assertThat(accumulator.message().usage().outputTokens()).isEqualTo(3);
            sdk.close();
        }
    }

    @Test
    @DisplayName("the events of a stream have Anthropic's names and order")
    void order() throws Exception {
        try (TestApp app = app(ProviderWireFormat.OPENAI);
                SseTestClient stream = app.http().stream("POST", MESSAGES, streamingBody())) {
            List<Event> events = stream.remaining();
            assertThat(events)
                    .extracting(Event::name)
                    .containsExactly(
                            "message_start",
                            "content_block_start",
                            "content_block_delta",
                            "content_block_delta",
                            "content_block_delta",
                            "content_block_stop",
                            "message_delta",
                            "message_stop");
            assertThat(events)
                    .allSatisfy(event ->
                            assertThat(json(event.data()).path("type").asText()).isEqualTo(event.name()));
            assertThat(stream.header("request-id")).isEqualTo(stream.header("x-request-id"));
            assertThat(stream.header("x-parley-provider")).hasValue("first");
            JsonNode end = json(events.get(6).data());
            assertThat(end.path("usage").path("input_tokens").asInt()).isEqualTo(ProviderWireFormat.INPUT);
            assertThat(end.path("delta").path("stop_reason").asText()).isEqualTo("end_turn");
        }
    }

    @Test
    @DisplayName("the SDK waits while only keepalives arrive")
    void keepalives() throws Exception {
        provider.enqueue(ProviderScripts.slow(ProviderWireFormat.OPENAI, Duration.ofMillis(300), "Hel", "lo"));
        try (TestApp app = app(ProviderWireFormat.OPENAI, "gateway.commit-after", "50ms", "http.heartbeat", "30ms")) {
            AnthropicClient sdk = sdk(app);
            MessageAccumulator accumulator = MessageAccumulator.create();
            try (StreamResponse<RawMessageStreamEvent> stream = sdk.messages().createStreaming(helloParams())) {
                stream.stream().forEach(accumulator::accumulate);
            }
            assertThat(accumulator.message().content().getFirst().asText().text())
                    .isEqualTo("Hello");
            sdk.close();
        }
    }

    @Test
    @DisplayName("an answer that fails midway is an error to the SDK, without a message_stop")
    void failsMidway() throws Exception {
        provider.defaultScript(ProviderScripts.truncate(ProviderWireFormat.OPENAI, "Hel", "lo"));
        try (TestApp app = app(ProviderWireFormat.OPENAI)) {
            AnthropicClient sdk = sdk(app);
            List<RawMessageStreamEvent> streamEvents = new ArrayList<>();
            try (StreamResponse<RawMessageStreamEvent> stream = sdk.messages().createStreaming(helloParams())) {
                assertThatThrownBy(() -> stream.stream().forEach(streamEvents::add))
                        .isInstanceOf(AnthropicServiceException.class);
            }
            sdk.close();
            assertThat(streamEvents)
                    .noneMatch(RawMessageStreamEvent::isMessageStop)
                    .hasSize(4);
            SseTestClient raw = app.http().stream("POST", MESSAGES, streamingBody());
            Event last = raw.remaining().getLast();
            assertThat(last.name()).isEqualTo("error");
            assertThat(json(last.data()).path("error").path("type").asText()).isEqualTo("api_error");
            assertThat(json(last.data()).path("request_id").asText())
                    .isEqualTo(raw.header("request-id").orElseThrow());
        }
    }

    @Test
    @DisplayName("closing a stream midway in the SDK closes the provider connection")
    void disconnect() throws Exception {
        provider.enqueue(ProviderScripts.stall(ProviderWireFormat.ANTHROPIC, "Hel"));
        try (TestApp app = app(ProviderWireFormat.ANTHROPIC)) {
            AnthropicClient sdk = sdk(app);
            StreamResponse<RawMessageStreamEvent> stream = sdk.messages().createStreaming(helloParams());
            assertThat(stream.stream().limit(3)).hasSize(3);
            FakeProviderExchange exchange = provider.nextExchange();
            stream.close();
            long disconnectedAt = System.nanoTime();
            assertThat(TimeUnit.NANOSECONDS.toMillis(exchange.disconnectedAt() - disconnectedAt))
                    .isLessThan(500);
            sdk.close();
        }
    }

    @Test
    @DisplayName("the SDK maps errors to its exception types, with Retry-After and the request id")
    void errors() throws Exception {
        provider.enqueue(ProviderScripts.errorResponse(429, "{}", "retry-after: 60"));
        provider.enqueue(ProviderScripts.errorResponse(400, "{}"));
        try (TestApp app = app(ProviderWireFormat.OPENAI)) {
            AnthropicClient sdk = sdk(app);
            RateLimitException busy = catchThrowableOfType(
                    RateLimitException.class, () -> sdk.messages().create(helloParams()));
            assertThat(busy.headers().values("retry-after")).containsExactly("60");
            assertThat(busy.headers().values("x-should-retry")).containsExactly("true");
            assertThat(busy.requestId()).isPresent();
            assertThatThrownBy(() -> sdk.messages().create(helloParams()))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("rejected the request");
            sdk.close();
        }
    }

    @Test
    @DisplayName("every invalid field of a request is reported in one error in Anthropic's format")
    void invalidFields() throws Exception {
        try (TestApp app = app(ProviderWireFormat.OPENAI)) {
            HttpResponse<String> response =
                    app.http().post(MESSAGES, "{\"messages\":[{\"role\":\"bot\",\"content\":7}],\"unheard_of\":1}");
            assertThat(response.statusCode()).isEqualTo(400);
            JsonNode error = HttpTestClient.json(response);
            assertThat(error.path("type").asText()).isEqualTo("error");
            assertThat(error.path("error").path("type").asText()).isEqualTo("invalid_request_error");
            assertThat(error.path("error").path("message").asText())
                    .contains(
                            "max_tokens: must be given",
                            "model: must be given",
                            "messages.0.role",
                            "messages.0.content")
                    .doesNotContain("unheard_of");
            assertThat(response.headers().firstValue("request-id")).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2023-06-01", "2026-10-21", "1999-01-01"})
    @DisplayName("only version 2023-06-01 accepts sampling parameters, and an unknown version is rejected")
    void versions(String version) throws Exception {
        String withTemperature = HI.replace("\"max_tokens\"", "\"temperature\":0.5,\"max_tokens\"");
        try (TestApp app = app(ProviderWireFormat.OPENAI)) {
            int status = app.http()
                    .post(MESSAGES, withTemperature, "anthropic-version", version)
                    .statusCode();
            assertThat(status).isEqualTo(version.equals("2023-06-01") ? 200 : 400);
            if (status == 200) {
                assertThat(provider.nextExchange().body()).contains("\"temperature\":0.5");
            }
            assertThat(app.http()
                            .post(MESSAGES, HI, "anthropic-version", version)
                            .statusCode())
                    .isEqualTo(version.equals("1999-01-01") ? 400 : 200);
        }
    }

    @Test
    @DisplayName("system text, blocks and turns reach a provider of another format")
    void blocks() throws Exception {
        String body = """
                {"model":"one","max_tokens":9,"system":[{"type":"text","text":"Be kind.","cache_control":{"type":"ephemeral"}}],
                 "stop_sequences":["END"],
                 "messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
                             {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"x"},{"type":"text","text":"c"}]},
                             {"role":"user","content":"d"}]}""";
        try (TestApp app = app(ProviderWireFormat.OPENAI)) {
            assertThat(app.http().post(MESSAGES, body).statusCode()).isEqualTo(200);
            JsonNode requestBody = json(provider.nextExchange().body()).path("messages");
            assertThat(requestBody.findValuesAsText("role")).containsExactly("system", "user", "assistant", "user");
            assertThat(requestBody.findValuesAsText("content")).containsExactly("Be kind.", "a\n\nb", "c", "d");
        }
    }

    @Test
    @DisplayName(
            "a conversation must not end with the assistant, and an image without a source is rejected with its position")
    void rejectedContent() throws Exception {
        try (TestApp app = app(ProviderWireFormat.OPENAI)) {
            String prefill = HI.replace("}]}", "},{\"role\":\"assistant\",\"content\":\"Well\"}]}");
            assertThat(app.http().post(MESSAGES, prefill).body()).contains("must end with a user message");
            String picture = HI.replace("\"hi\"", "[{\"type\":\"image\",\"source\":{}}]");
            HttpResponse<String> rejected = app.http().post(MESSAGES, picture);
            assertThat(rejected.statusCode()).isEqualTo(400);
            assertThat(rejected.body()).contains("messages.0.content.0.source.type");
        }
    }

    @Test
    @DisplayName("the SDK counts tokens without a provider call")
    void counts() throws Exception {
        try (TestApp app = app(ProviderWireFormat.OPENAI)) {
            AnthropicClient sdk = sdk(app);
            long shortCount = count(sdk, "hi");
            assertThat(shortCount).isPositive();
            assertThat(count(sdk, "hi ".repeat(500))).isGreaterThan(shortCount + 400);
            assertThat(provider.exchanges()).isEmpty();
            sdk.close();
        }
    }

    @Test
    @DisplayName("an unauthenticated caller gets an error in Anthropic's format")
    void unauthorized() throws Exception {
        try (HttpTestServer authServer = HttpTestServer.startWithAuth()) {
            HttpResponse<String> response = authServer.client.post(MESSAGES, HI);
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
            assertThat(HttpTestClient.json(response).path("error").path("type").asText())
                    .isEqualTo("authentication_error");
        }
    }

    private static long count(AnthropicClient sdk, String text) {
        return sdk.messages()
                .countTokens(MessageCountTokensParams.builder()
                        .model("first/one")
                        .addUserMessage(text)
                        .build())
                .inputTokens();
    }

    private static String streamingBody() {
        return HI.replace("\"max_tokens\"", "\"stream\":true,\"max_tokens\"");
    }

    private static JsonNode json(String text) throws Exception {
        return new JsonMapper().readTree(text);
    }
}
