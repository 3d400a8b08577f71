package io.parley.http.conversation;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.parley.testing.DuoTestApp;
import io.parley.testing.FakeProvider;
import io.parley.testing.HttpTestClient;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.parley.testing.SseParser.Event;
import io.parley.testing.SseTestClient;
import io.parley.testing.WebSocketTestClient;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reasoning through a whole server, from the provider to the transcript. */
@DisplayName("The reasoning of a model in a conversation")
class ThinkingTest {

    private static final String STREAM = "/api/v1/conversations/stream";
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path data;

    private static String chat(boolean thinking) {
        return """
                {"context_id":"default","provider":"openai","extract_flows":false,%s
                 "messages":[{"role":"user","content":"Think!"}]}""".formatted(thinking ? "\"thinking\":true," : "");
    }

    private DuoTestApp app(String... settings) throws Exception {
        DuoTestApp app = DuoTestApp.start(data, settings.length == 0 ? Map.of() : Map.of(settings[0], settings[1]));
        openAi(app).defaultScript(ProviderScripts.thinkingAnswer(List.of("Let me", "\r\nthink"), "Hello", " world"));
        return app;
    }

    private static FakeProvider openAi(DuoTestApp app) {
        return app.provider(ProviderWireFormat.OPENAI);
    }

    private static List<Event> follow(DuoTestApp app, String run, String query) throws Exception {
        return app.app().http().stream("GET", "/api/v1/conversations/" + run + "/stream" + query, "")
                .remaining();
    }

    private static JsonNode read(DuoTestApp app, String path) throws Exception {
        return HttpTestClient.json(app.app().http().get(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1ms", "60s"})
    @DisplayName("is numbered events of its own, before the text, from every cursor")
    void chat(String linger) throws Exception {
        try (DuoTestApp app = app("journal.linger", linger);
                SseTestClient stream = app.app().http().stream("POST", STREAM + "?format=json", chat(true))) {
            List<Event> events = stream.remaining();
            assertThat(events)
                    .extracting(Event::name)
                    .containsExactly("thinking", "thinking", "token", "token", "turn_complete", "done");
            assertThat(events.getFirst()).isEqualTo(new Event("1-2", "thinking", "{\"delta\":\"Let me\"}"));
            assertThat(events.get(1).data()).isEqualTo("{\"delta\":\"\\r\\nthink\"}");
            assertThat(events.get(4).data()).contains("\"chars\":11").doesNotContain("think");
            assertThat(openAi(app).nextExchange().body()).contains("\"reasoning_effort\":\"medium\"");
            String run = stream.header("x-run-id").orElseThrow();
            for (int seen = 1; seen < events.size(); seen++) {
                String after = events.get(seen - 1).id();
                assertThat(follow(app, run, "?format=json&after=" + after))
                        .isEqualTo(events.subList(seen, events.size()));
            }
            assertThat(follow(app, run, ""))
                    .startsWith(
                            new Event("1-2", "thinking", "Let me"),
                            new Event("1-3", "thinking", "\nthink"),
                            new Event("1-4", "message", "Hello"));
        }
    }

    @Test
    @DisplayName("is neither requested nor shown unless the client asks for it")
    void notAsked() throws Exception {
        try (DuoTestApp app = app();
                SseTestClient stream = app.app().http().stream("POST", STREAM, chat(false))) {
            assertThat(stream.remaining())
                    .extracting(Event::name)
                    .containsExactly("message", "message", "turn_complete", "done");
            assertThat(openAi(app).nextExchange().body()).doesNotContain("reasoning");
        }
    }

    @Test
    @DisplayName("is messages of its own over a WebSocket, joined if they arrive together")
    void socket() throws Exception {
        try (DuoTestApp app = app();
                WebSocketTestClient socket =
                        WebSocketTestClient.connect(app.app().server().httpPort(), STREAM)) {
            socket.sendJson(new JsonObject(chat(true)).put("type", "chat").put("id", "a"));
            String run = socket.readUntil("opened").getLast().getString("run");
            assertMessages(socket.readUntil("done"));
            socket.sendJson(new JsonObject()
                    .put("type", "attach")
                    .put("id", "b")
                    .put("run", run)
                    .put("after", "1-2"));
            List<JsonObject> rest = socket.readUntil("done");
            assertThat(text(rest, "thinking")).isEqualTo("\r\nthink");
            assertThat(text(rest, "token")).isEqualTo("Hello world");
        }
    }

    private static void assertMessages(List<JsonObject> messages) {
        assertThat(messages.stream()
                        .map(message -> message.getString("type"))
                        .distinct()
                        .toList())
                .containsExactly("thinking", "token", "turn_complete", "done");
        assertThat(messages).allSatisfy(message -> {
            assertThat(message.getString("id")).isEqualTo("a");
            assertThat(message.getString("seq")).startsWith("1-");
        });
        assertThat(text(messages, "thinking")).isEqualTo("Let me\r\nthink");
        assertThat(text(messages, "token")).isEqualTo("Hello world");
    }

    private static String text(List<JsonObject> messages, String type) {
        return messages.stream()
                .filter(message -> message.getString("type").equals(type))
                .map(message -> message.getString("delta"))
                .collect(joining());
    }

    @Test
    @DisplayName("is discarded with its attempt when another provider answers")
    void restarted() throws Exception {
        try (DuoTestApp app = app("conversation.keep-thinking", "yes")) {
            openAi(app)
                    .enqueue(exchange -> exchange.startStream(ProviderWireFormat.OPENAI)
                            .write(ProviderScripts.reasoningContent("forget this"))
                            .truncate());
            byte[] recorded = recorded("thinking-blocks");
            app.provider(ProviderWireFormat.ANTHROPIC)
                    .enqueue(exchange -> exchange.raw(recorded).truncate());
            SseTestClient stream = app.app().http().stream("POST", STREAM, chat(true));
            List<Event> events = stream.remaining();
            assertThat(events)
                    .extracting(Event::name)
                    .containsExactly("thinking", "reset", "thinking", "message", "turn_complete", "done");
            assertThat(events.get(2).data()).isEqualTo("Let me think");
            JsonNode turn = read(
                            app,
                            "/api/v1/conversations/" + stream.header("x-run-id").orElseThrow())
                    .at("/messages/1");
            assertThat(turn.path("content").asText()).isEqualTo("Hello world");
            assertThat(turn.path("thinking").asText()).isEqualTo("Let me think");
        }
    }

    private static byte[] recorded(String form) throws Exception {
        try (InputStream in = ThinkingTest.class.getResourceAsStream("/formats/" + form + ".http")) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    @Test
    @DisplayName("of two agents is events of their turns, and no part of what the other one reads")
    void duo() throws Exception {
        try (DuoTestApp app = app("conversation.keep-thinking", "yes")) {
            String run = startDuo(app, "\"thinking\":true,");
            List<JsonNode> events = app.readEvents(run, "");
            assertThat(events)
                    .filteredOn(event -> event.path("type").asText().equals("thinking"))
                    .extracting(event -> event.path("turn").asInt() + " "
                            + event.path("role").asText() + " "
                            + event.path("delta").asText())
                    .containsExactly("0 bot0 Let me", "0 bot0 \r\nthink", "1 bot1 Let me", "1 bot1 \r\nthink");
            assertThat(app.readEvents(run, "?after=1-3")).isEqualTo(events.subList(3, events.size()));
            assertThat(openAi(app).nextExchange().body()).contains("\"reasoning_effort\":\"medium\"");
            assertThat(openAi(app).nextExchange().body())
                    .contains("Hello world", "\"reasoning_effort\":\"medium\"")
                    .doesNotContain("Let me");
            String fork = HttpTestClient.json(app.app().http().post("/api/run/" + run + "/fork", "{\"at_turn\":1}"))
                    .path("id")
                    .asText();
            assertThat(app.readEvents(fork, ""))
                    .filteredOn(event -> event.path("type").asText().equals("thinking"))
                    .as("of the new turn only")
                    .extracting(event -> event.path("turn").asInt())
                    .containsExactly(1, 1);
            assertThat(read(app, "/api/run/" + fork).at("/messages/1/thinking").asText())
                    .isEqualTo("Let me\r\nthink");
        }
    }

    @Test
    @DisplayName("of two agents is no event unless the client asks for it")
    void duoNotAsked() throws Exception {
        try (DuoTestApp app = app()) {
            String run = startDuo(app, "");
            assertThat(app.readEvents(run, ""))
                    .extracting(event -> event.path("type").asText())
                    .contains("run_complete")
                    .doesNotContain("thinking");
            assertThat(read(app, "/api/run/" + run).toString()).doesNotContain("think");
            assertThat(openAi(app).nextExchange().body()).doesNotContain("reasoning");
        }
    }

    private static String startDuo(DuoTestApp app, String fields) throws Exception {
        HttpResponse<String> response = app.app().http().post("/api/run", """
                {"topic":"tea?","max_turns":2,%s"bots":[{"provider":"openai","prompt":"You are for tea"},
                 {"provider":"openai","prompt":"You are for coffee"}]}""".formatted(fields));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return HttpTestClient.json(response).path("id").asText();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("is in transcripts and exports if it is kept, whether it was streamed or not")
    void kept(boolean asked) throws Exception {
        try (DuoTestApp app = app("conversation.keep-thinking", "yes")) {
            String run = finishedChat(app, asked);
            JsonNode turn = read(app, "/api/v1/conversations/" + run).at("/messages/1");
            assertThat(turn.path("thinking").asText()).isEqualTo("Let me\r\nthink");
            assertThat(turn.path("content").asText()).isEqualTo("Hello world");
            String archive =
                    app.app().http().get("/api/export/" + run + ".json").body();
            assertThat(JSON.readTree(archive).path("events").findValuesAsText("thinking"))
                    .containsExactly("Let me\r\nthink");
            HttpResponse<String> imported = app.app().http().post("/api/import", archive);
            assertThat(imported.statusCode()).as(imported.body()).isEqualTo(201);
            String copy = HttpTestClient.json(imported).path("id").asText();
            assertThat(read(app, "/api/v1/conversations/" + copy)
                            .at("/messages/1/thinking")
                            .asText())
                    .isEqualTo("Let me\r\nthink");
            assertThat(app.app().http().get("/api/export/" + run + ".md").body())
                    .contains("Hello world")
                    .doesNotContain("Let me");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("is not in transcripts by default")
    void notKept(boolean asked) throws Exception {
        try (DuoTestApp app = app()) {
            String run = finishedChat(app, asked);
            assertThat(read(app, "/api/v1/conversations/" + run).toString())
                    .contains("Hello world")
                    .doesNotContain("Let me");
        }
    }

    private static String finishedChat(DuoTestApp app, boolean thinking) throws Exception {
        SseTestClient stream = app.app().http().stream("POST", STREAM, chat(thinking));
        assertThat(stream.remaining().getLast().name()).isEqualTo("done");
        return stream.header("x-run-id").orElseThrow();
    }
}
