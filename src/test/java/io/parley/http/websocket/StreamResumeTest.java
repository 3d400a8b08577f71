package io.parley.http.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.testing.DuoTestApp;
import io.parley.testing.HttpTestClient;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.parley.testing.SseParser.Event;
import io.parley.testing.SseTestClient;
import io.parley.testing.WebSocketTestClient;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that has seen a conversation up to any event and resumes after it gets the complete conversation. */
class StreamResumeTest {

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path data;

    @ParameterizedTest
    @ValueSource(strings = {"1ms", "60s"})
    @DisplayName("a two-agent run resumed from any cursor, over SSE and WebSocket, gives the same transcript")
    void duo(String linger) throws Exception {
        try (DuoTestApp app = DuoTestApp.start(data, Map.of("journal.linger", linger))) {
            String run = recordRun(app);
            List<JsonNode> all = app.readEvents(run, "");
            Map<String, String> expected = reduce(all);
            assertThat(all)
                    .extracting(event -> event.path("type").asText())
                    .contains("turn_reset", "injected", "bot_updated", "paused", "resumed");
            assertThat(expected.values()).containsExactlyElementsOf(texts(app.state(run)));
            for (int seen = 1; seen <= all.size(); seen++) {
                List<JsonNode> events = new ArrayList<>(all.subList(0, seen));
                events.addAll(app.readEvents(run, "?after=1-" + seen));
                assertThat(reduce(events)).as("SSE after " + seen).isEqualTo(expected);
                if (seen < all.size()) {
                    List<JsonNode> frames = new ArrayList<>(all.subList(0, seen));
                    frames.addAll(socket(app, run, "1-" + seen));
                    assertThat(reduce(frames)).as("WebSocket after " + seen).isEqualTo(expected);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1ms", "60s"})
    @DisplayName("a chat resumed from any cursor, over SSE and WebSocket, gives the same answer")
    void chat(String linger) throws Exception {
        try (DuoTestApp app = DuoTestApp.start(data, Map.of("journal.linger", linger))) {
            app.provider(ProviderWireFormat.OPENAI)
                    .enqueue(ProviderScripts.truncate(ProviderWireFormat.OPENAI, "I", " thought"));
            app.provider(ProviderWireFormat.ANTHROPIC)
                    .enqueue(ProviderScripts.answer(
                            ProviderWireFormat.ANTHROPIC, "So", "\r\n", " be", " it ", "\ud83d\ude42"));
            SseTestClient first = app.app().http().stream("POST", "/api/v1/conversations/stream?format=json", """
                            {"context_id":"default","provider":"openai","extract_flows":false,
                             "messages":[{"role":"user","content":"Think!"}]}""");
            List<JsonNode> all = events(first);
            String run = first.header("X-Run-Id").orElseThrow();
            Map<String, String> expected = reduce(all);
            assertThat(expected).containsEntry("turn 0", "So\r\n be it \ud83d\ude42");
            assertThat(all).extracting(event -> event.path("type").asText()).contains("reset");
            long last = number(all.getLast());
            for (int seen = 1; seen < last; seen++) {
                int until = seen;
                List<JsonNode> before =
                        all.stream().filter(event -> number(event) <= until).toList();
                String path = "/api/v1/conversations/" + run + "/stream?format=json&after=1-" + seen;
                List<JsonNode> rest = events(app.app().http().stream("GET", path, ""));
                assertThat(reduce(concat(before, rest))).as("SSE after " + seen).isEqualTo(expected);
                List<JsonNode> frames = socket(app, run, "1-" + seen);
                assertThat(reduce(concat(before, frames)))
                        .as("WebSocket after " + seen)
                        .isEqualTo(expected);
            }
        }
    }

    /** Records four turns with every event that a completed two-agent run can have. */
    private static String recordRun(DuoTestApp app) throws Exception {
        CountDownLatch commandsSent = new CountDownLatch(1);
        app.provider(ProviderWireFormat.OPENAI).enqueue(exchange -> {
            commandsSent.await();
            ProviderScripts.answer(ProviderWireFormat.OPENAI, "Tea", " is\n", "warm \ud83d\ude42")
                    .play(exchange);
        });
        app.provider(ProviderWireFormat.ANTHROPIC)
                .enqueue(ProviderScripts.truncate(ProviderWireFormat.ANTHROPIC, "Cof", "fee"));
        String run = app.startRun(ProviderWireFormat.OPENAI, ProviderWireFormat.ANTHROPIC, 4);
        HttpTestClient http = app.app().http();
        for (String[] command : new String[][] {
            {"POST", "inject", "{\"text\":\"mind the time\",\"as\":\"moderator\"}"},
            {"PATCH", "bot/1", "{\"prompt\":\"You love cocoa\"}"},
            {"POST", "inject", "{\"text\":\"I meant cocoa\",\"as\":\"bot1\"}"},
            {"POST", "pause", ""},
            {"POST", "resume", ""}
        }) {
            assertThat(http.send(command[0], "/api/run/" + run + "/" + command[1], command[2])
                            .statusCode())
                    .isEqualTo(200);
        }
        commandsSent.countDown();
        assertThat(app.readEvents(run, "").getLast().path("status").asText()).isEqualTo("completed");
        return run;
    }

    /** Reduces events to what a client shows: a line for each turn and each injected text. */
    private static Map<String, String> reduce(List<JsonNode> events) {
        Map<String, String> lines = new LinkedHashMap<>();
        for (JsonNode event : events) {
            String turn = "turn " + event.path("turn").asInt();
            switch (event.path("type").asText()) {
                case "run_started" -> lines.put("topic", event.path("topic").asText());
                case "injected" ->
                    lines.put("at " + number(event), event.path("text").asText());
                case "turn_started" -> lines.put(turn, "");
                case "token" -> lines.merge(turn, event.path("delta").asText(), String::concat);
                case "turn_reset", "reset" -> lines.remove(turn);
                default -> {}
            }
        }
        return lines;
    }

    private static long number(JsonNode event) {
        String seq = event.path("seq").asText();
        return Long.parseLong(seq.substring(seq.indexOf('-') + 1));
    }

    private static List<String> texts(JsonNode state) {
        return state.path("messages").findValuesAsText("content");
    }

    private static List<JsonNode> socket(DuoTestApp app, String run, String after) throws Exception {
        List<JsonNode> frames = new ArrayList<>();
        try (WebSocketTestClient socket =
                WebSocketTestClient.connect(app.app().server().httpPort(), SocketUpgradeHandler.PATH)) {
            socket.sendJson(new JsonObject()
                    .put("type", "attach")
                    .put("id", "a")
                    .put("run", run)
                    .put("after", after));
            assertThat(socket.nextMessage().getString("type")).isEqualTo("opened");
            String type;
            do {
                JsonObject frame = socket.nextMessage();
                frames.add(JSON.readTree(frame.encode()));
                type = frame.getString("type");
            } while (!type.equals("done") && !type.equals("run_complete"));
        }
        return frames;
    }

    /** Reads the events of a chat in the format of WebSocket frames. */
    private static List<JsonNode> events(SseTestClient stream) throws Exception {
        List<JsonNode> events = new ArrayList<>();
        try (stream) {
            for (Event event : stream.remaining()) {
                ObjectNode frame = JsonNodeFactory.instance
                        .objectNode()
                        .put("type", event.name())
                        .put("seq", event.id());
                events.add(frame.setAll((ObjectNode) JSON.readTree(event.data())));
            }
        }
        return events;
    }

    private static List<JsonNode> concat(List<JsonNode> before, List<JsonNode> after) {
        return Stream.concat(before.stream(), after.stream()).toList();
    }
}
