package io.parley.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Invalid bodies on every route that takes one: the status, the pointer, and no request on the bus. */
final class RequestBodyTest {

    private static HttpTestServer server;

    /** A route with a valid body, and the text field in it that the cases replace. */
    private record Route(String method, String path, String valid, String field) {
        String with(String value) {
            String found = "\"" + field + "\":\"hello\"";
            assertThat(valid).contains(found);
            return valid.replace(found, "\"" + field + "\":" + value);
        }

        String withField(String more) {
            return valid.substring(0, valid.length() - 1) + "," + more + "}";
        }
    }

    private static final List<Route> ROUTES = List.of(
            new Route("POST", "/api/v1/contexts", "{\"name\":\"hello\"}", "name"),
            new Route("PATCH", "/api/v1/contexts/ctx_1", "{\"name\":\"hello\"}", "name"),
            new Route("POST", "/api/v1/contexts/ctx_1/flows", "{\"title\":\"hello\"}", "title"),
            new Route("PATCH", "/api/v1/flows/flow_1", "{\"title\":\"hello\"}", "title"),
            new Route(
                    "POST",
                    "/api/v1/conversations/stream",
                    "{\"context_id\":\"ctx_1\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}",
                    "content"));

    /** A request, and the expected response. */
    private record Case(String name, String headers, byte[] body, int status, String code) {}

    @BeforeAll
    static void start() throws Exception {
        server = HttpTestServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @AfterEach
    void assertNoRequests() {
        assertThat(server.backend.requests()).isEmpty();
    }

    @TestFactory
    @DisplayName("is rejected on every route:")
    Stream<DynamicTest> rejected() {
        return ROUTES.stream()
                .flatMap(route -> cases(route).stream()
                        .map(each -> DynamicTest.dynamicTest(
                                route.method() + " " + route.path() + " with " + each.name(),
                                () -> assertRejected(route, each))));
    }

    private static void assertRejected(Route route, Case each) throws Exception {
        try (RawHttpClient socket = RawHttpClient.connect(server.port)) {
            long before = System.nanoTime();
            JsonNode problem = readResponse(socket.send(request(route, each.headers(), each.body())), each.status());
            assertThat(problem.get("code").asText()).isEqualTo(each.code());
            assertThat(System.nanoTime() - before).as("nanoseconds").isLessThan(2_000_000_000L);
            assertNothingLeaked(problem);
        }
    }

    private static byte[] request(Route route, String headers, byte[] body) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(
                (route.method() + " " + route.path() + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers
                                + "Content-Length: " + body.length + "\r\n\r\n")
                        .getBytes(ISO_8859_1));
        request.writeBytes(body);
        return request.toByteArray();
    }

    private static JsonNode readResponse(RawHttpClient socket, int status) throws Exception {
        String answer = new String(socket.readAll().getBytes(ISO_8859_1), UTF_8);
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        assertThat(answer.toLowerCase(Locale.ROOT)).contains("content-type: application/problem+json; charset=utf-8");
        JsonNode problem = new JsonMapper().readTree(answer.substring(answer.indexOf("\r\n\r\n")));
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        return problem;
    }

    private static void assertNothingLeaked(JsonNode problem) {
        assertThat(problem.fieldNames())
                .toIterable()
                .containsExactly("type", "title", "status", "detail", "instance", "code", "request_id", "errors");
        assertThat(problem.toString()).doesNotContain("io.parley", "jackson", "Exception", "hello");
    }

    private static List<Case> cases(Route route) {
        List<Case> cases = new ArrayList<>();
        cases.add(new Case("no content type", "", bytes(route.valid()), 415, "unsupported_media_type"));
        for (String type :
                List.of("text/plain", "application/xml", "application/json; charset=latin1", "multipart/form-data")) {
            cases.add(new Case(
                    type, "Content-Type: " + type + "\r\n", bytes(route.valid()), 415, "unsupported_media_type"));
        }
        cases.add(new Case(
                "an encoding",
                "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
                bytes(route.valid()),
                415,
                "unsupported_media_type"));
        cases.add(json(
                "a body larger than the limit",
                pad(route.valid(), HttpTestServer.MAX_BODY + 1),
                413,
                "payload_too_large"));
        for (String body : List.of("", " ", "null", "[]", "\"x\"", "1", "true", "{", "{}}", "[{}]")) {
            cases.add(json("the body " + body, body, 400, "invalid_json"));
        }
        for (int depth : List.of(33, 1_100, 20_000)) {
            cases.add(json(
                    "depth " + depth,
                    route.withField("\"a\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1)),
                    400,
                    "invalid_json"));
        }
        cases.add(json("a key twice", route.withField("\"a\":1,\"a\":1"), 400, "invalid_json"));
        cases.add(json("a comment", route.valid() + "/* */", 400, "invalid_json"));
        cases.add(json("trailing content", route.valid() + "{}", 400, "invalid_json"));
        cases.add(json("NaN", route.with("NaN"), 400, "invalid_json"));
        cases.add(json("single quotes", route.with("'x'"), 400, "invalid_json"));
        cases.add(json("a byte order mark", "\ufeff" + route.valid(), 400, "invalid_json"));
        cases.add(json("a raw line break in a string", route.with("\"a\nb\""), 400, "invalid_json"));
        cases.add(json("a number of 41 digits", route.with("1".repeat(41)), 400, "invalid_json"));
        cases.add(json(
                "a name of 129 characters", route.withField("\"" + "n".repeat(129) + "\":1"), 400, "invalid_json"));
        cases.add(raw("an overlong character", route, new int[] {0xC0, 0xAF}));
        cases.add(raw("a raw surrogate", route, new int[] {0xED, 0xA0, 0x80}));
        cases.add(raw("FF FE", route, new int[] {0xFF, 0xFE}));
        cases.add(raw("an incomplete character", route, new int[] {0xF0, 0x9F, 0x98}));
        for (String value : List.of(
                "\"\\ud800\"",
                "\"\\udc00x\"",
                "\"\\u0000\"",
                "\"\\ufffe\"",
                "\"\\u0001\"",
                "\"\\u001f\"",
                "\"\"",
                "\"   \"",
                "\"\\u00a0\"",
                "1",
                "null",
                "true",
                "[]",
                "{\"$ne\":null}",
                "-0",
                "1.5",
                "1e999999999",
                "9223372036854775808")) {
            cases.add(json("the text " + value, route.with(value), 422, "invalid"));
        }
        for (String field : List.of(
                "unknown",
                "__proto__",
                "$ne",
                "$where",
                "a.b",
                "base_url",
                "api_key",
                "user_id",
                "owner",
                "created_at",
                "cost",
                "id")) {
            cases.add(json("the field " + field, route.withField("\"" + field + "\":\"x\""), 422, "invalid"));
        }
        cases.add(json("a name with a NUL", route.withField("\"\\u0000\":1"), 422, "invalid"));
        return cases;
    }

    private static Case json(String name, String body, int status, String code) {
        return new Case(name, "Content-Type: application/json\r\n", bytes(body), status, code);
    }

    private static Case raw(String name, Route route, int[] invalidBytes) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        String[] halves = route.with("\"|\"").split("\\|", 2);
        body.writeBytes(bytes(halves[0]));
        for (int b : invalidBytes) {
            body.write(b);
        }
        body.writeBytes(bytes(halves[1]));
        return new Case(name, "Content-Type: application/json\r\n", body.toByteArray(), 400, "invalid_utf8");
    }

    private static String pad(String body, int length) {
        return body + " ".repeat(length - body.length());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @TestFactory
    @DisplayName("of unlimited size is rejected soon after the limit:")
    Stream<DynamicTest> assertEndlessBodyRejected() {
        return ROUTES.stream()
                .flatMap(route -> Stream.of(
                        DynamicTest.dynamicTest(
                                route.path() + " with Content-Length",
                                () -> assertEndlessBodyRejected(route, "Content-Length: 10000000", "")),
                        DynamicTest.dynamicTest(
                                route.path() + " in chunks",
                                () -> assertEndlessBodyRejected(route, "Transfer-Encoding: chunked", "7ffffff\r\n"))));
    }

    private static void assertEndlessBodyRejected(Route route, String length, String before) throws Exception {
        try (RawHttpClient socket = RawHttpClient.connect(server.port)) {
            socket.send(route.method() + " " + route.path()
                    + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + length + "\r\n\r\n"
                    + before);
            socket.send(" ".repeat(HttpTestServer.MAX_BODY + 1));
            JsonNode problem = readResponse(socket, 413);
            assertThat(problem.get("code").asText()).isEqualTo("payload_too_large");
        }
    }

    @Test
    @DisplayName("may be larger under /v1, up to a limit of its own, which the error names")
    void limitOfV1() throws Exception {
        String head = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: ";
        try (RawHttpClient socket = RawHttpClient.connect(server.port)) {
            int length = HttpTestServer.MAX_BODY + 1;
            socket.send(head + length + "\r\n\r\n" + " ".repeat(length));
            assertThat(socket.readAll()).startsWith("HTTP/1.1 400 ").contains("invalid_json");
        }
        try (RawHttpClient socket = RawHttpClient.connect(server.port)) {
            socket.send(head + ((32 << 20) + 1) + "\r\n\r\n");
            assertThat(socket.readAll())
                    .startsWith("HTTP/1.1 413 ")
                    .contains("the body must not be larger than 32 MiB");
        }
    }

    @Test
    @DisplayName("has all its errors reported at once, each with a pointer and a rule")
    void allAtOnce() throws Exception {
        JsonNode problem = problem("""
                {"context_id":"../x","messages":[{"role":"tool","content":""},{"role":"user"},7],
                 "temperature":3,"max_tokens":1.5,"provider":"a b","model":"x\\ny","extract_flows":"yes",
                 "on_disconnect":"explode","fallback":null,"a/b~c":1}""");
        assertThat(problem.get("errors"))
                .extracting(error ->
                        error.get("pointer").asText() + " " + error.get("rule").asText())
                .containsExactlyInAnyOrder(
                        "/context_id pattern",
                        "/messages/0/role enum",
                        "/messages/0/content length",
                        "/messages/1/content required",
                        "/messages/2 type",
                        "/temperature range",
                        "/max_tokens type",
                        "/provider pattern",
                        "/model pattern",
                        "/extract_flows type",
                        "/on_disconnect enum",
                        "/fallback type",
                        "/a~1b~0c unknown");
    }

    @Test
    @DisplayName("has the names of unknown fields truncated, without control characters")
    void names() throws Exception {
        JsonNode problem = problem("""
                {"context_id":"c","messages":[{"role":"user","content":"x"}],
                 "a\\n\\u001b[31m\\u009b\\u202e":1,"%s":1}""".formatted("n".repeat(128)));
        assertThat(problem.get("errors"))
                .extracting(error -> error.get("pointer").asText())
                .containsExactlyInAnyOrder("/a\\u000a\\u001b[31m\\u009b\\u202e", "/" + "n".repeat(99));
    }

    @ParameterizedTest(name = "has a timestamp outside of the years 1 to 9999 rejected: {0}")
    @ValueSource(
            strings = {
                "+10000-01-01T00:00:00Z",
                "+999999999-12-31T23:59:59Z",
                "9999-12-31T23:59:59-00:01",
                "0000-12-31T23:59:59Z",
                "0001-01-01T00:00:00+00:01",
                "-0001-01-01T00:00:00Z"
            })
    void timestamps(String timestamp) throws Exception {
        JsonNode problem =
                problem("{\"context_id\":\"c\",\"messages\":[{\"role\":\"user\",\"content\":\"x\",\"timestamp\":\""
                        + timestamp + "\"}]}");
        assertThat(problem.at("/errors/0/pointer").asText()).isEqualTo("/messages/0/timestamp");
    }

    @Test
    @DisplayName("has numbers that are out of range reported by pointer")
    void numbers() throws Exception {
        JsonNode problem = problem("{\"context_id\":\"c\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],"
                + "\"temperature\":1e999999999,\"max_tokens\":9223372036854775808}");
        assertThat(problem.get("errors"))
                .extracting(error ->
                        error.get("pointer").asText() + " " + error.get("rule").asText())
                .containsExactlyInAnyOrder("/temperature number", "/max_tokens range");
        assertThat(problem(
                                "{\"context_id\":\"c\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"temperature\":-0}")
                        .get("errors"))
                .extracting(error -> error.get("pointer").asText())
                .containsExactly("/temperature");
    }

    @Test
    @DisplayName("has at most a hundred errors reported, so that a small request gets no huge response")
    void bounded() throws Exception {
        StringBuilder body = new StringBuilder("{\"name\":\"x\"");
        for (int i = 0; i < 3000; i++) {
            body.append(",\"f").append(i).append("\":0");
        }
        JsonNode problem = HttpJson.of(
                server.client.post("/api/v1/contexts", body.append('}').toString()), 422);
        assertThat(problem.get("errors")).hasSize(100);
    }

    private static JsonNode problem(String body) throws Exception {
        return HttpJson.of(server.client.post("/api/v1/conversations/stream", body), 422);
    }
}
