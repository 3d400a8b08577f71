package io.parley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.HttpTestClient;
import io.parley.testing.IdentityProvider;
import io.parley.testing.SseParser.Event;
import io.parley.testing.SseTestClient;
import io.parley.testing.TestApp;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerTest {

    private static final String CHATS = "/api/v1/conversations/stream";

    @TempDir
    private Path data;

    @Test
    @DisplayName("a chat is streamed token by token, stored, and searched for flows, without any configuration")
    void chat() throws Exception {
        try (TestApp app = TestApp.start(data, Map.of());
                SseTestClient stream =
                        app.http().stream("POST", CHATS, chat("I need to book a flight to Oslo tomorrow."))) {
            List<Event> events = stream.remaining();
            String answer = events.stream()
                    .filter(event -> event.name().equals("message"))
                    .map(Event::data)
                    .collect(Collectors.joining());
            assertThat(answer).isNotBlank();
            assertThat(events).extracting(Event::name).endsWith("metadata", "done");
            assertThat(events.get(events.size() - 2).data()).contains("\"extraction\":\"ok\"", "flight");
            String run = stream.header("X-Run-Id").orElseThrow();
            JsonNode transcript = HttpTestClient.json(app.http().get("/api/v1/conversations/" + run));
            assertThat(transcript.path("status").asText()).isEqualTo("completed");
            assertThat(transcript.path("messages").path(1).path("content").asText())
                    .isEqualTo(answer);
        }
    }

    @Test
    @DisplayName("conversations are still there after a restart")
    void restart() throws Exception {
        String run;
        try (TestApp app = TestApp.start(data, Map.of());
                SseTestClient stream = app.http().stream("POST", CHATS, chat("Hello!"))) {
            stream.remaining();
            run = stream.header("X-Run-Id").orElseThrow();
        }
        try (TestApp app = TestApp.start(data, Map.of())) {
            assertThat(app.http().get("/api/v1/conversations/" + run).body()).contains("Hello!", "completed");
        }
    }

    @Test
    @DisplayName("the management port reports that the server is ready, and the health check of the image sees it")
    void ready() throws Exception {
        try (TestApp app = TestApp.start(data, Map.of())) {
            URI address = URI.create("http://127.0.0.1:" + app.server().managementPort() + "/health/ready");
            assertThat(HealthCheck.ready(address)).isTrue();
            assertThat(HealthCheck.ready(address.resolve("/nowhere"))).isFalse();
        }
    }

    @Test
    @DisplayName("answers are counted in the metrics of the management port")
    void metrics() throws Exception {
        try (TestApp app = TestApp.start(data, Map.of());
                HttpTestClient management = new HttpTestClient(app.server().managementPort());
                SseTestClient stream = app.http().stream("POST", CHATS, chat("Hello!"))) {
            stream.remaining();
            String page = management.get("/metrics").body();
            assertThat(page)
                    .contains("parley_runs_started_total{kind=\"chat\"} 1.0", "parley_store_up 1.0")
                    .contains("parley_breaker_state{gen_ai_provider_name=\"demo\",state=\"closed\"} 1.0")
                    .containsPattern(
                            "gen_ai_client_operation_duration_seconds_count\\{error_type=\"none\","
                                    + "gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"demo\",gen_ai_request_model=\"demo\"} [12]")
                    .doesNotContain("Hello");
        }
    }

    @Test
    @DisplayName("a stream that outlasts the grace period ends with shutting_down, then the port is closed")
    void stops() throws Exception {
        try (TestApp app = TestApp.start(data, Map.of("http.drain", "100ms", "demo.tokens-per-second", "2"))) {
            SseTestClient stream = app.http().stream("POST", CHATS, chat("Tell me of the sea."));
            stream.next();
            app.server().stop().await(10, TimeUnit.SECONDS);
            assertThat(stream.remaining()).last().satisfies(last -> {
                assertThat(last.name()).isEqualTo("error");
                assertThat(last.data())
                        .contains("\"code\":\"shutting_down\"", "\"retryable\":true", "\"partial\":true");
            });
            assertThatThrownBy(() -> app.http().get("/health")).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    @DisplayName("a server that finds its port in use releases everything it opened")
    void portTaken() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> settings = Map.of("http.port", String.valueOf(other.getLocalPort()));
            assertThatThrownBy(() -> TestApp.start(data, settings)).isInstanceOf(BindException.class);
        }
        try (TestApp app = TestApp.start(data, Map.of())) {
            assertThat(app.http().get("/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("the management port can be turned off")
    void noManagement() throws Exception {
        try (TestApp app = TestApp.start(data, Map.of("management.port", "-1"))) {
            assertThat(app.server().managementPort()).isNegative();
        }
    }

    @Test
    @DisplayName("with tokens configured every request needs one, and users see only their own data")
    void tokens() throws Exception {
        try (IdentityProvider identities = IdentityProvider.start();
                TestApp app = TestApp.start(data, identities.settings())) {
            String ada = identities.bearer("ada");
            String bob = identities.bearer("bob");
            assertThat(app.http().post(CHATS, chat("Hello!")).statusCode()).isEqualTo(401);
            SseTestClient stream = app.http().stream("POST", CHATS, chat("Hello!"), "Authorization", ada);
            assertThat(stream.remaining()).last().extracting(Event::name).isEqualTo("done");
            String path = "/api/v1/conversations/" + stream.header("X-Run-Id").orElseThrow();
            assertThat(app.http().get(path, "Authorization", ada).statusCode()).isEqualTo(200);
            assertThat(app.http().get(path, "Authorization", bob).statusCode()).isEqualTo(404);
        }
    }

    private static String chat(String text) {
        return "{\"context_id\":\"default\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
    }
}
