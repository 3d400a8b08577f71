package io.parley.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.FakeProvider;
import io.parley.testing.FakeProviderExchange;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.parley.testing.SseTestClient;
import io.parley.testing.TestApp;
import io.parley.testing.WebSocketTestClient;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Tracing")
class TracingTest {

    private static final String CHATS = "/api/v1/conversations/stream";
    private static final String CHAT_BODY =
            "\"context_id\":\"default\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CLIENT = "00f067aa0ba902b7";

    private final FakeProvider provider = FakeProvider.start();
    private FakeOtlpCollector collector;

    @TempDir
    private Path data;

    @BeforeEach
    void start() throws Exception {
        provider.defaultScript(ProviderScripts.answer(ProviderWireFormat.OPENAI, "Good ", "day"));
        collector = new FakeOtlpCollector();
    }

    @AfterEach
    void close() {
        provider.close();
        collector.close();
    }

    @Test
    @DisplayName("a trace continues from the client through the request to the provider call, as parent and child")
    void continuesClientTrace() throws Exception {
        try (TestApp app = app(Map.of());
                SseTestClient stream = chat(app, "01")) {
            stream.remaining();
            ReceivedSpan request = collector.span(ReceivedSpan::server);
            assertThat(request.traceId()).isEqualTo(TRACE);
            assertThat(request.parent()).isEqualTo(CLIENT);
            assertThat(request.name()).isEqualTo("POST " + CHATS);
            assertThat(request.attributes())
                    .containsEntry("http.route", CHATS)
                    .containsEntry("http.response.status_code", "200");
            FakeProviderExchange called = provider.nextExchange();
            ReceivedSpan attempt = collector.span(
                    span -> ("00-" + TRACE + "-" + span.spanId() + "-01").equals(called.header("traceparent")));
            assertThat(attempt.parent()).isEqualTo(request.spanId());
            assertThat(attempt.server()).isFalse();
            assertThat(attempt.error()).isFalse();
            assertThat(stream.header("traceresponse")).hasValue("00-" + TRACE + "-" + request.spanId() + "-01");
        }
    }

    @Test
    @DisplayName("a provider call has the attributes of the GenAI conventions, and no conversation text")
    void chat() throws Exception {
        try (TestApp app = app(Map.of());
                SseTestClient stream = chat(app, "01")) {
            stream.remaining();
            ReceivedSpan attempt = collector.span(span -> !span.server());
            assertThat(attempt.name()).isEqualTo("chat gpt-5-mini");
            assertThat(attempt.attributes())
                    .containsEntry("gen_ai.operation.name", "chat")
                    .containsEntry("gen_ai.provider.name", "openai")
                    .containsEntry("gen_ai.request.model", "gpt-5-mini")
                    .containsEntry("gen_ai.usage.input_tokens", Long.toString(ProviderWireFormat.INPUT))
                    .containsEntry("gen_ai.response.finish_reasons", "stop")
                    .containsEntry(
                            "gen_ai.conversation.id", stream.header("X-Run-Id").orElseThrow())
                    .containsKey("gen_ai.usage.output_tokens");
            assertThat(attempt.toString()).doesNotContain("Hello", "Good");
        }
    }

    @Test
    @DisplayName("a provider failure is recorded as an error with its type")
    void failure() throws Exception {
        provider.defaultScript(ProviderScripts.errorResponse(401, "{}"));
        try (TestApp app = app(Map.of("demo.enabled", "false"));
                SseTestClient stream = chat(app, "01")) {
            stream.remaining();
            ReceivedSpan attempt = collector.span(span -> !span.server());
            assertThat(attempt.error()).isTrue();
            assertThat(attempt.attributes()).containsEntry("error.type", "auth");
            assertThat(collector.span(ReceivedSpan::server).error()).isTrue();
        }
    }

    @Test
    @DisplayName("a request without a valid traceparent starts a new trace")
    void startsNewTrace() throws Exception {
        try (TestApp app = app(Map.of())) {
            app.http().get("/api/v1/contexts", "traceparent", "00-" + TRACE + "-0000000000000000-01");
            ReceivedSpan request = collector.span(ReceivedSpan::server);
            assertThat(request.parent()).isEmpty();
            assertThat(request.traceId()).hasSize(32).isNotEqualTo(TRACE);
            assertThat(request.name()).isEqualTo("GET /api/v1/contexts");
        }
    }

    @Test
    @DisplayName("an unsampled trace is propagated and not recorded")
    void unsampled() throws Exception {
        try (TestApp app = app(Map.of());
                SseTestClient stream = chat(app, "00")) {
            stream.remaining();
            assertThat(provider.nextExchange().header("traceparent"))
                    .startsWith("00-" + TRACE + "-")
                    .endsWith("-00");
            app.http().get("/api/v1/flows");
            collector.span(ReceivedSpan::server);
            assertThat(collector.all()).noneMatch(span -> span.traceId().equals(TRACE));
        }
    }

    @Test
    @DisplayName("a trace continues through a WebSocket: provider calls are children of the upgrade request")
    void socket() throws Exception {
        try (TestApp app = app(Map.of());
                WebSocketTestClient socket = WebSocketTestClient.connect(
                        app.server().httpPort(), CHATS, "traceparent: 00-" + TRACE + "-" + CLIENT + "-01")) {
            socket.sendText("{\"type\":\"chat\",\"id\":\"a\"," + CHAT_BODY);
            ReceivedSpan attempt = collector.span(span -> !span.server());
            ReceivedSpan upgrade = collector.span(ReceivedSpan::server);
            assertThat(upgrade.parent()).isEqualTo(CLIENT);
            assertThat(attempt.traceId()).isEqualTo(TRACE);
            assertThat(attempt.parent()).isEqualTo(upgrade.spanId());
        }
    }

    @Test
    @DisplayName("without an OTLP endpoint no trace headers are sent")
    void disabled() throws Exception {
        try (TestApp app = TestApp.start(data, settings(Map.of()));
                SseTestClient stream = chat(app, "01")) {
            stream.remaining();
            assertThat(provider.nextExchange().header("traceparent")).isEmpty();
            assertThat(stream.header("traceresponse")).isEmpty();
        }
    }

    private TestApp app(Map<String, String> extraSettings) throws Exception {
        Map<String, String> settings = settings(extraSettings);
        settings.put("tracing.otlp-endpoint", collector.address());
        return TestApp.start(data, settings);
    }

    private Map<String, String> settings(Map<String, String> extraSettings) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "providers.openai.api-key",
                FakeProvider.API_KEY,
                "providers.openai.base-url",
                provider.url("/v1").toString()));
        settings.putAll(extraSettings);
        return settings;
    }

    private static SseTestClient chat(TestApp app, String flags) throws Exception {
        return app.http().stream(
                "POST", CHATS, "{" + CHAT_BODY, "traceparent", "00-" + TRACE + "-" + CLIENT + "-" + flags);
    }
}
