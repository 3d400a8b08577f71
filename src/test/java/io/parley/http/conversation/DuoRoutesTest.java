package io.parley.http.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.parley.testing.TestApp;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two-agent conversations as a client sees them: the whole server, with the demo provider. */
class DuoRoutesTest {

    private static final String BOTS = "[{\"name\":\"Tea\",\"prompt\":\"You are for tea\"},"
            + "{\"name\":\"Coffee\",\"prompt\":\"You are for coffee\"}]";
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private static Path data;

    private static TestApp app;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        app = TestApp.start(data, Map.of());
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        app.close();
    }

    @Test
    @DisplayName("a run is started, followed to its end, and read from every cursor with the same text")
    void lifecycle() throws Exception {
        String run = startRun(3);
        List<JsonNode> all = readEvents(run, "");
        assertThat(all.getFirst().path("type").asText()).isEqualTo("run_started");
        assertThat(all.getLast().path("type").asText()).isEqualTo("run_complete");
        assertThat(all.getLast().path("status").asText()).isEqualTo("completed");
        assertThat(all.getLast().path("turns").asInt()).isEqualTo(3);
        assertThat(all)
                .filteredOn(event -> event.path("type").asText().equals("turn_complete"))
                .hasSize(3);
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).path("seq").asInt()).isEqualTo(i + 1);
            assertThat(all.get(i).path("ts").asText()).endsWith("Z");
        }
        for (int cursor = 1; cursor < all.size(); cursor++) {
            assertThat(text(readEvents(run, "1-" + cursor))).isEqualTo(text(all.subList(cursor, all.size())));
        }
        JsonNode state = json(get("/api/run/" + run));
        assertThat(state.path("messages")).hasSize(4);
        assertThat(state.path("bots").path(1).path("revision").asInt()).isEqualTo(1);
        assertThat(json(get("/api/runs")).path("data").findValuesAsText("id")).contains(run);
    }

    @Test
    @DisplayName("a bot is changed only with its current revision, and a run that has ended rejects commands")
    void commands() throws Exception {
        String run = startRun(50);
        assertThat(post("/api/run/" + run + "/pause", "").statusCode()).isEqualTo(200);
        HttpResponse<String> patched = send(request("/api/run/" + run + "/bot/1")
                .header("If-Match", "\"1\"")
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"prompt\":\"You love cocoa\"}")));
        assertThat(patched.statusCode()).isEqualTo(200);
        assertThat(patched.headers().firstValue("etag")).hasValue("\"2\"");
        HttpResponse<String> stale = send(request("/api/run/" + run + "/bot/1")
                .header("If-Match", "\"1\"")
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"prompt\":\"No, milk\"}")));
        assertThat(stale.statusCode()).isEqualTo(412);
        assertThat(post("/api/run/" + run + "/inject", "{\"text\":\"mind the time\",\"as\":\"moderator\"}")
                        .statusCode())
                .isEqualTo(200);
        JsonNode state = json(get("/api/run/" + run));
        assertThat(state.path("bots").path(1).path("prompt").asText()).isEqualTo("You love cocoa");
        assertThat(json(post("/api/run/" + run + "/stop", "")).path("status").asText())
                .isEqualTo("cancelled");
        assertThat(json(post("/api/run/" + run + "/stop", "")).path("applied").asBoolean())
                .isFalse();
        assertThat(post("/api/run/" + run + "/pause", "").statusCode()).isEqualTo(409);
    }

    @Test
    @DisplayName("a fork shares the past of its run and continues separately")
    void fork() throws Exception {
        String run = startRun(2);
        readEvents(run, "");
        HttpResponse<String> forked = post("/api/run/" + run + "/fork", "{\"at_turn\":1}");
        assertThat(forked.statusCode()).isEqualTo(201);
        String other = json(forked).path("id").asText();
        List<JsonNode> all = readEvents(other, "");
        assertThat(all.getFirst().path("forked_from").asText()).isEqualTo(run);
        assertThat(all.getLast().path("turns").asInt()).isEqualTo(2);
        assertThat(post("/api/run/" + run + "/fork", "{\"at_turn\":9}").statusCode())
                .isEqualTo(422);
    }

    @Test
    @DisplayName("two requests with the same Idempotency-Key start one run")
    void idempotent() throws Exception {
        String body = "{\"topic\":\"once\",\"max_turns\":1,\"bots\":" + BOTS + "}";
        HttpRequest.Builder keyedRequest = request("/api/run")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "one")
                .POST(BodyPublishers.ofString(body));
        assertThat(json(send(keyedRequest)).path("id"))
                .isEqualTo(json(send(keyedRequest)).path("id"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"topic\":\"t\",\"max_turns\":51,\"bots\":BOTS} | /max_turns",
                "{\"topic\":\"t\",\"bots\":BOTS} | /max_turns",
                "{\"topic\":\" \",\"max_turns\":1,\"bots\":BOTS} | /topic",
                "{\"topic\":\"t\",\"max_turns\":1,\"bots\":[]} | /bots",
                "{\"topic\":\"t\",\"max_turns\":1,\"bots\":BOTS,\"stop\":{\"regex\":\"(a\"}} | /stop/regex",
                "{\"topic\":\"t\",\"max_turns\":1,\"bots\":BOTS,\"stop\":{\"regex\":\"((a{1000}){1000}){1000}\"}} | /stop/regex",
                "{\"topic\":\"t\",\"max_turns\":1,\"bots\":BOTS,\"stop\":{\"never\":1}} | /stop/never",
                "{\"topic\":\"t\",\"max_turns\":1,\"bots\":BOTS,\"owner\":\"eve\"} | /owner"
            })
    @DisplayName("an invalid field is rejected with its pointer")
    void invalidField(String body, String pointer) throws Exception {
        HttpResponse<String> rejected = post("/api/run", body.replace("BOTS", BOTS));
        assertThat(rejected.statusCode()).isEqualTo(422);
        assertThat(json(rejected).path("errors").findValuesAsText("pointer")).contains(pointer);
    }

    @ParameterizedTest
    @CsvSource({"2", "-1", "0x1", "99999999999"})
    @DisplayName("a bot index other than 0 and 1 does not exist")
    void noBot(String index) throws Exception {
        String run = startRun(1);
        HttpResponse<String> answer = send(request("/api/run/" + run + "/bot/" + index)
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"prompt\":\"x\"}")));
        assertThat(answer.statusCode()).isEqualTo(404);
    }

    private static String startRun(int turns) throws Exception {
        HttpResponse<String> started =
                post("/api/run", "{\"topic\":\"tea or coffee?\",\"max_turns\":" + turns + ",\"bots\":" + BOTS + "}");
        assertThat(started.statusCode()).isEqualTo(201);
        String id = json(started).path("id").asText();
        assertThat(started.headers().firstValue("location")).hasValue("/api/run/" + id);
        return id;
    }

    private static List<JsonNode> readEvents(String run, String after) throws Exception {
        HttpRequest.Builder request = request("/api/stream/" + run);
        HttpResponse<String> stream = send(after.isEmpty() ? request : request.header("Last-Event-ID", after));
        assertThat(stream.headers().firstValue("content-type").orElse("")).startsWith("text/event-stream");
        List<JsonNode> events = new ArrayList<>();
        for (String line : stream.body().split("\n", -1)) {
            if (line.startsWith("data: ")) {
                events.add(JSON.readTree(line.substring(6)));
            }
        }
        return events;
    }

    private static String text(List<JsonNode> events) {
        StringBuilder text = new StringBuilder();
        events.forEach(event -> text.append(event.path("delta").asText("")));
        return text.toString();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        HttpRequest.Builder request = request(path).POST(BodyPublishers.ofString(body));
        return send(body.isEmpty() ? request : request.header("Content-Type", "application/json"));
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + app.server().httpPort() + path))
                .timeout(Duration.ofSeconds(20));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return JSON.readTree(response.body());
    }
}
