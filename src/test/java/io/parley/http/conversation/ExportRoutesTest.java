package io.parley.http.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.http.HttpJson;
import io.parley.http.RawHttpClient;
import io.parley.testing.HttpTestClient;
import io.parley.testing.IdentityProvider;
import io.parley.testing.SseParser.Event;
import io.parley.testing.SseTestClient;
import io.parley.testing.TestApp;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Export and import of conversations, through the whole server, as two users see it. */
class ExportRoutesTest {

    private static final String BOTS = "[{\"name\":\"Tea\",\"prompt\":\"You are for tea\"},"
            + "{\"name\":\"Coffee\",\"prompt\":\"You are for coffee\"}]";
    private static final String CHATS = "/api/v1/conversations/stream";
    private static final List<String> VOLATILE_FIELDS = List.of("id", "created_at");

    @TempDir
    private static Path data;

    private static IdentityProvider identities;
    private static TestApp app;
    private static String ann;
    private static String bob;
    private static String endedRun;

    @BeforeAll
    static void start() throws Exception {
        identities = IdentityProvider.start();
        Map<String, String> settings = identities.settings();
        settings.put("conversation.starts-per-minute", "1000");
        app = TestApp.start(data, settings);
        ann = identities.bearer("ann");
        bob = identities.bearer("bob");
        endedRun = startRun(2);
        readEvents(endedRun);
    }

    @AfterAll
    static void stop() throws Exception {
        app.close();
        identities.close();
    }

    @ParameterizedTest
    @CsvSource({
        "json, application/json, '{\"format\":\"parley.run/1\"'",
        "md, text/markdown; charset=utf-8, # tea or coffee?",
        "txt, text/plain; charset=utf-8, tea or coffee?",
        "pdf, application/pdf, %PDF-"
    })
    @DisplayName("a run is exported in every format, with its content type and a file name")
    void formats(String suffix, String type, String prefix) throws Exception {
        HttpResponse<String> file = export(ann, endedRun, suffix);
        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(file.headers().firstValue("content-type")).hasValue(type);
        assertThat(file.headers().firstValue("content-disposition"))
                .hasValue("attachment; filename=\"" + endedRun + "." + suffix + "\"");
        assertThat(file.headers().firstValue("x-content-type-options")).hasValue("nosniff");
        assertThat(file.body().replaceAll("\\s*:\\s*", ":")).startsWith(prefix);
    }

    @Test
    @DisplayName("a running run is exported up to its current state")
    void running() throws Exception {
        String run = startRun(2);
        assertThat(post(ann, "/api/run/" + run + "/pause", "").statusCode()).isEqualTo(200);
        HttpResponse<String> file = export(ann, run, "txt");
        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(file.body()).contains("not finished; last event: 1-");
        assertThat(post(ann, "/api/run/" + run + "/stop", "").statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("a chat is exported and imported with the same messages")
    void chat() throws Exception {
        SseTestClient stream = app.http().stream(
                "POST",
                CHATS,
                "{\"context_id\":\"default\",\"messages\":[{\"role\":\"user\",\"content\":\"I need to book a flight to Oslo\"}]}",
                "Authorization",
                ann);
        assertThat(stream.remaining()).last().extracting(Event::name).isEqualTo("done");
        String run = stream.header("X-Run-Id").orElseThrow();
        assertThat(export(ann, run, "md").body()).contains("I need to book a flight to Oslo");
        String copy = importDocument(bob, export(ann, run, "json").body());
        JsonNode original = get(ann, "/api/v1/conversations/" + run);
        JsonNode imported = get(bob, "/api/v1/conversations/" + copy);
        assertThat(imported.path("messages"))
                .isEqualTo(original.path("messages"))
                .hasSize(2);
        assertThat(imported.path("kind").asText()).isEqualTo("chat");
        assertThat(get(bob, "/api/v1/contexts/default/flows").path("data")).isEmpty();
    }

    @Test
    @DisplayName("a chat keeps every timestamp that a client may give to a message")
    void timestamps() throws Exception {
        SseTestClient stream = app.http().stream("POST", CHATS, """
                {"context_id":"default","messages":[
                 {"role":"user","content":"Is it the first?","timestamp":"0001-01-01T00:00:00Z"},
                 {"role":"assistant","content":"The Eagle has landed","timestamp":"1969-07-20T20:17:40Z"},
                 {"role":"user","content":"Is it the last?","timestamp":"9999-12-31T23:59:59.999Z"}]}""", "Authorization", ann);
        assertThat(stream.remaining()).last().extracting(Event::name).isEqualTo("done");
        String run = stream.header("X-Run-Id").orElseThrow();
        String document = export(ann, run, "json").body();
        assertThat(document).contains("1969-07-20T20:17:40Z");
        String copy = importDocument(bob, document);
        assertThat(get(bob, "/api/v1/conversations/" + copy).path("messages"))
                .isEqualTo(get(ann, "/api/v1/conversations/" + run).path("messages"))
                .hasSize(4);
        assertThat(export(bob, copy, "txt").body()).contains("1969-07-20T20:17:40Z");
    }

    @Test
    @DisplayName("export, import and export again differ only in id and creation time")
    void roundTrip() throws Exception {
        HttpResponse<String> first = export(ann, endedRun, "json");
        HttpResponse<String> created = post(bob, "/api/import", first.body());
        JsonNode run = HttpJson.of(created, 201);
        assertThat(run.path("status").asText()).isEqualTo("completed");
        String copy = run.path("id").asText();
        String location = created.headers().firstValue("location").orElseThrow();
        assertThat(get(bob, location).path("id").asText()).isEqualTo(copy);
        ObjectNode again = (ObjectNode) HttpJson.of(export(bob, copy, "json"), 200);
        ObjectNode before = (ObjectNode) HttpTestClient.json(first);
        assertThat(again.path("id").asText())
                .isEqualTo(copy)
                .isNotEqualTo(before.path("id").asText());
        assertThat(again.remove(VOLATILE_FIELDS)).isEqualTo(before.remove(VOLATILE_FIELDS));
        assertThat(readEvents(copy, bob))
                .last()
                .satisfies(last -> assertThat(last.data()).contains("run_complete"));
        assertThat(export(ann, copy, "json").statusCode()).isEqualTo(404);
    }

    @Test
    @DisplayName("another user's run and a missing one get the same 404 in every format")
    void missing() throws Exception {
        Set<String> answers = new HashSet<>();
        for (String suffix : List.of("json", "md", "txt", "pdf")) {
            answers.add(problem(bob, "/api/export/" + endedRun + "." + suffix));
            answers.add(problem(ann, "/api/export/run_none." + suffix));
        }
        for (String path : List.of(
                endedRun,
                endedRun + ".exe",
                endedRun + ".JSON",
                endedRun + ".md.txt",
                endedRun + ".",
                "a.b.json",
                ".json",
                "")) {
            assertThat(problem(bob, "/api/export/" + path)).isEqualTo(problem(ann, "/api/export/" + path));
        }
        answers.add(problem(ann, "/api/export/" + "x".repeat(65) + ".json"));
        assertThat(answers).hasSize(1);
    }

    @Test
    @DisplayName("a client that does not accept the type of the file gets 406; with */* it gets the file")
    void notAcceptable() throws Exception {
        String pdf = "/api/export/" + endedRun + ".pdf";
        for (String accept : List.of("text/html", "application/json", "application/pdf;q=0, */*", "image/*")) {
            assertThat(app.http()
                            .get(pdf, "Authorization", ann, "Accept", accept)
                            .statusCode())
                    .as(accept)
                    .isEqualTo(406);
        }
        for (String accept :
                List.of("*/*", "application/*", "text/html, application/pdf;q=0.1", "text/html,*/*;q=0.8")) {
            assertThat(app.http()
                            .get(pdf, "Authorization", ann, "Accept", accept)
                            .statusCode())
                    .as(accept)
                    .isEqualTo(200);
        }
    }

    @Test
    @DisplayName("an export accepts only GET and HEAD, an import only POST")
    void methods() throws Exception {
        HttpResponse<String> answer = post(ann, "/api/export/" + endedRun + ".md", "{}");
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).hasValue("GET, HEAD");
        assertThat(app.http().get("/api/import", "Authorization", ann).statusCode())
                .isEqualTo(405);
    }

    @Test
    @DisplayName("an import may be larger than any other body, up to 8 MiB")
    void large() throws Exception {
        String document = export(ann, endedRun, "json").body();
        String padded = document + " ".repeat(7 * 1024 * 1024);
        assertThat(post(ann, "/api/import", padded).statusCode()).isEqualTo(201);
        assertThat(post(ann, "/api/v1/contexts", " ".repeat(300_000) + "{}").statusCode())
                .isEqualTo(413);
        try (RawHttpClient socket = RawHttpClient.connect(app.server().httpPort())) {
            socket.send("POST /api/import HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + ann
                    + "\r\nContent-Type: application/json\r\nContent-Length: 8388609\r\n\r\n");
            assertThat(socket.readAll()).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    @DisplayName("an invalid document is rejected with the reason, and nothing is stored")
    void rejected() throws Exception {
        String document = export(ann, endedRun, "json").body();
        int before = get(bob, "/api/runs").path("data").size();
        for (String malformed : List.of(
                "[]",
                "7",
                "{\"a\":1,\"a\":2}",
                document + "{}",
                document.substring(0, document.length() / 2),
                "{\"x\":".repeat(40) + "1" + "}".repeat(40))) {
            assertThat(HttpJson.of(post(bob, "/api/import", malformed), 400)
                            .path("code")
                            .asText())
                    .isEqualTo("invalid_json");
        }
        JsonNode invalid = HttpJson.of(
                post(
                        bob,
                        "/api/import",
                        document.replace("parley.run/1", "parley.run/9").replace("{\"", "{\"owner\":1,\"")),
                422);
        assertThat(invalid.path("errors").findValuesAsText("pointer")).contains("/format", "/owner", "/script/owner");
        assertThat(app.http()
                        .post("/api/import", document, "Authorization", bob, "Content-Type", "text/plain")
                        .statusCode())
                .isEqualTo(415);
        assertThat(app.http().post("/api/import", document).statusCode()).isEqualTo(401);
        assertThat(get(bob, "/api/runs").path("data")).hasSize(before);
    }

    @Test
    @DisplayName("a fork of an imported run gets no more turns than any other run")
    void cappedForks() throws Exception {
        String document = export(ann, endedRun, "json").body();
        String overLimit =
                importDocument(ann, document.replaceFirst("\"max_turns\" : 2|\"max_turns\":2", "\"max_turns\":51"));
        JsonNode rejected = HttpJson.of(post(ann, "/api/run/" + overLimit + "/fork", "{\"at_turn\":1}"), 422);
        assertThat(rejected.path("errors").findValuesAsText("pointer")).containsExactly("/max_turns");
        String withinLimit = importDocument(ann, document);
        assertThat(post(ann, "/api/run/" + withinLimit + "/fork", "{\"at_turn\":1}")
                        .statusCode())
                .isEqualTo(201);
    }

    private static String startRun(int turns) throws Exception {
        HttpResponse<String> response = post(
                ann, "/api/run", "{\"topic\":\"tea or coffee?\",\"max_turns\":" + turns + ",\"bots\":" + BOTS + "}");
        return HttpJson.of(response, 201).path("id").asText();
    }

    private static List<Event> readEvents(String run) throws Exception {
        return readEvents(run, ann);
    }

    private static List<Event> readEvents(String run, String user) throws Exception {
        try (SseTestClient stream = app.http().stream("GET", "/api/stream/" + run, "", "Authorization", user)) {
            return stream.remaining();
        }
    }

    private static HttpResponse<String> export(String user, String run, String suffix) throws Exception {
        return app.http().get("/api/export/" + run + "." + suffix, "Authorization", user);
    }

    private static String importDocument(String user, String document) throws Exception {
        return HttpJson.of(post(user, "/api/import", document), 201).path("id").asText();
    }

    private static String problem(String user, String path) throws Exception {
        HttpResponse<String> answer = app.http().get(path, "Authorization", user, "X-Request-Id", "same");
        assertThat(answer.statusCode()).as(path).isEqualTo(404);
        return answer.body();
    }

    private static JsonNode get(String user, String path) throws Exception {
        return HttpJson.of(app.http().get(path, "Authorization", user), 200);
    }

    private static HttpResponse<String> post(String user, String path, String body) throws Exception {
        return app.http().post(path, body, "Authorization", user);
    }
}
