package io.parley.compatible;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.FakeProviderExchange;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("OpenAI wire format")
class OpenAiWireTest {

    private static final String PATH = "/v1/chat/completions";

    @SuppressWarnings("NullAway.Init")
    private static MultiProviderTestApp server;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        server = new MultiProviderTestApp(
                data, Map.of("gateway.commit-after", "1s", "http.heartbeat", "200ms", "gateway.queue.deadline", "2s"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    @DisplayName("a stream has only data lines, ends with [DONE], and names the provider that answered")
    void stream() throws Exception {
        server.provider(ProviderWireFormat.ANTHROPIC)
                .enqueue(ProviderScripts.answer(ProviderWireFormat.ANTHROPIC, "a\n\"b\"", "c"));
        HttpResponse<String> answer = post("""
                {"model":"anthropic/m-1","stream":true,"stream_options":{"include_usage":true},
                "messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]}""");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream; charset=utf-8");
        assertThat(answer.headers().firstValue("x-parley-provider")).hasValue("anthropic");
        assertThat(answer.headers().firstValue("x-parley-model")).hasValue("m-1");
        assertThat(answer.headers().firstValue("x-parley-attempts")).hasValue("1");
        assertThat(answer.headers().firstValue("x-parley-cache")).hasValue("miss");
        assertThat(answer.headers().firstValue("openai-processing-ms")).isPresent();
        assertThat(answer.headers().firstValue("x-request-id")).isPresent();
        List<String> frames = frames(answer);
        assertThat(frames).allMatch(frame -> frame.startsWith("data: ")).last().isEqualTo("data: [DONE]");
        List<JsonObject> chunks = frames.stream()
                .limit(frames.size() - 1L)
                .map(frame -> new JsonObject(frame.substring(6)))
                .toList();
        assertThat(chunks).hasSize(5).noneMatch(chunk -> chunk.containsKey("error"));
        assertThat(chunks)
                .extracting(chunk -> chunk.getString("id"))
                .containsOnly(chunks.getFirst().getString("id"));
        assertThat(chunks)
                .extracting(chunk -> chunk.getLong("created"))
                .containsOnly(chunks.getFirst().getLong("created"));
        assertThat(chunks).extracting(chunk -> chunk.getString("model")).containsOnly("m-1");
        assertThat(delta(chunks.get(0))).isEqualTo(new JsonObject("""
                {"role":"assistant","content":"","refusal":null}"""));
        assertThat(delta(chunks.get(1)).getString("content")).isEqualTo("a\n\"b\"");
        assertThat(delta(chunks.get(3))).isEqualTo(new JsonObject());
        assertThat(chunks.get(3).getJsonArray("choices").getJsonObject(0).getString("finish_reason"))
                .isEqualTo("stop");
        assertThat(chunks.get(4).getJsonArray("choices")).isEmpty();
        assertThat(chunks.get(4).getJsonObject("usage").getInteger("total_tokens"))
                .isEqualTo(14);
    }

    @Test
    @DisplayName("a truncated answer ends with an error frame and [DONE], and has no finish_reason")
    void truncated() throws Exception {
        server.provider(ProviderWireFormat.OPENAI).enqueue(ProviderScripts.truncate(ProviderWireFormat.OPENAI, "one"));
        HttpResponse<String> answer = post(requestBody("openai", ",\"stream\":true"));
        assertThat(answer.statusCode()).isEqualTo(200);
        List<String> frames = frames(answer);
        JsonObject error = new JsonObject(frames.get(frames.size() - 2).substring(6)).getJsonObject("error");
        assertThat(error.getString("code")).isEqualTo("provider_error");
        assertThat(error.getString("type")).isEqualTo("server_error");
        assertThat(error.fieldNames()).containsExactlyInAnyOrder("message", "type", "param", "code");
        assertThat(frames.getLast()).isEqualTo("data: [DONE]");
        assertThat(answer.body()).doesNotContain("\"finish_reason\":\"");
    }

    @Test
    @DisplayName("before the first token the stream carries only keepalive comments")
    void silence() throws Exception {
        server.provider(ProviderWireFormat.OPENAI)
                .enqueue(ProviderScripts.slow(ProviderWireFormat.OPENAI, Duration.ofSeconds(2), "late"));
        HttpResponse<String> answer = post(requestBody("openai", ",\"stream\":true"));
        List<String> frames = frames(answer);
        assertThat(frames.getFirst()).startsWith(":");
        assertThat(frames).allMatch(frame -> frame.startsWith(":") || frame.startsWith("data: "));
        assertThat(frames.getLast()).isEqualTo("data: [DONE]");
    }

    @Test
    @DisplayName("unknown fields, hints and nulls are accepted, and what is left out is named")
    void lenient() throws Exception {
        server.provider(ProviderWireFormat.OLLAMA).enqueue(ProviderScripts.answer(ProviderWireFormat.OLLAMA, "ok"));
        HttpResponse<String> answer = post(requestBody("ollama", """
                ,"brand_new":{"a":[1]},"temperature":null,"stop":null,"tools":null,"n":1,"logprobs":false,
                "metadata":{"k":"v"},"user":"u","store":false,"service_tier":"auto","stream_options":null"""));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-parley-dropped"))
                .hasValue("user, metadata, store, service_tier, brand_new");
        JsonObject message = new JsonObject(answer.body())
                .getJsonArray("choices")
                .getJsonObject(0)
                .getJsonObject("message");
        assertThat(message).isEqualTo(new JsonObject("""
                {"role":"assistant","content":"ok","refusal":null}"""));
    }

    @ParameterizedTest
    @DisplayName("an invalid field is a 400 that names its parameter, if the provider speaks another format")
    @CsvSource(delimiter = '|', textBlock = """
            "model":7                                                | model               | invalid_type
            "messages":[]                                            | messages            | invalid_value
            "messages":[{"role":"wizard","content":"x"}]             | messages[0].role    | invalid_value
            "messages":[{"role":"user"}]                             | messages[0].content | missing_required_parameter
            "messages":[{"role":"user","content":[{"type":"image_url"}]}] | messages[0].content[0].image_url | missing_required_parameter
            "messages":[{"role":"user","content":[{"type":"video_url"}]}] | messages[0].content[0].type | unsupported_parameter
            "messages":[{"role":"tool","content":"x"}]               | messages[0].tool_call_id | missing_required_parameter
            "temperature":"hot"                                      | temperature         | invalid_type
            "n":9                                                    | n                   | unsupported_parameter
            "logprobs":true                                          | logprobs            | unsupported_parameter
            "stream":"yes"                                           | stream              | invalid_type
            "max_tokens":0                                           | max_tokens          | invalid_value
            "tools":[{"type":"function"}]                            | tools[0].function   | missing_required_parameter
            "tool_choice":"required"                                 | tool_choice         | invalid_value
            "response_format":{"type":"json_schema"}                 | response_format.json_schema | missing_required_parameter
            """)
    void invalidFields(String field, String param, String code) throws Exception {
        JsonObject body = new JsonObject(requestBody("anthropic", "")).mergeIn(new JsonObject("{" + field + "}"));
        HttpResponse<String> answer = post(body.encode());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        JsonObject error = new JsonObject(answer.body()).getJsonObject("error");
        assertThat(error.getString("param")).isEqualTo(param);
        assertThat(error.getString("code")).isEqualTo(code);
        assertThat(error.getString("type")).isEqualTo("invalid_request_error");
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(answer.headers().firstValue("x-should-retry")).hasValue("false");
    }

    @Test
    @DisplayName("errors outside of the routes have the same format")
    void errorFormat() throws Exception {
        for (String body : List.of("", "[]", "{", "{\"a\":1,\"a\":2}")) {
            HttpResponse<String> answer = post(body);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(new JsonObject(answer.body()).getJsonObject("error").getString("message"))
                    .isNotBlank();
        }
        HttpResponse<String> unknownRoute = send(request("/v1/nowhere").GET().build());
        assertThat(unknownRoute.statusCode()).isEqualTo(404);
        assertThat(new JsonObject(unknownRoute.body()).getJsonObject("error").getString("code"))
                .isEqualTo("not_found");
        assertThat(send(request(PATH).GET().build()).statusCode()).isEqualTo(405);
    }

    @Test
    @DisplayName(
            "an equal request at temperature 0 is answered from the cache, including tools, unless the client forbids caching")
    void cached() throws Exception {
        server.provider(ProviderWireFormat.OLLAMA)
                .enqueue(exchange -> exchange.startStream(ProviderWireFormat.OLLAMA)
                        .finish("""
                {"model":"m-1","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"dice","arguments":{"n":[1,2]}}}]},"done":false}
                """ + ProviderWireFormat.OLLAMA.finish("stop", 5, 6)));
        String requestText = requestBody("ollama", """
                ,"temperature":0,"tools":[{"type":"function","function":{"name":"dice"}}]""");
        HttpResponse<String> first = post(requestText);
        assertThat(first.headers().firstValue("x-parley-cache")).hasValue("miss");
        HttpResponse<String> again = post(requestText);
        assertThat(again.headers().firstValue("x-parley-cache")).hasValue("hit");
        assertThat(new JsonObject(again.body()).getJsonArray("choices"))
                .isEqualTo(new JsonObject(first.body()).getJsonArray("choices"));
        server.provider(ProviderWireFormat.OLLAMA).enqueue(ProviderScripts.answer(ProviderWireFormat.OLLAMA, "fresh"));
        HttpResponse<String> fresh = send(request(PATH)
                .header("cache-control", "no-store")
                .POST(HttpRequest.BodyPublishers.ofString(requestText))
                .build());
        assertThat(fresh.headers().firstValue("x-parley-cache")).hasValue("miss");
        assertThat(fresh.body()).contains("fresh");
    }

    @Test
    @DisplayName("the models are listed in Anthropic's format for Anthropic's clients")
    void anthropicModels() throws Exception {
        HttpResponse<String> list = send(request("/v1/models")
                .header("anthropic-version", "2026-10-21")
                .GET()
                .build());
        JsonObject body = new JsonObject(list.body());
        assertThat(body.getBoolean("has_more")).isFalse();
        assertThat(body.getJsonArray("data").getJsonObject(0).getString("type")).isEqualTo("model");
        for (String id : List.of("openai/m-1", "openai%2Fm-1", "m-1")) {
            assertThat(send(request("/v1/models/" + id).GET().build()).statusCode())
                    .as(id)
                    .isEqualTo(200);
        }
        assertThat(send(request("/v1/models/no/such").GET().build()).statusCode())
                .isEqualTo(404);
        assertThat(send(request("/v1/models/%ff%00").GET().build()).statusCode())
                .isEqualTo(404);
    }

    @Test
    @DisplayName("form feeds are ordinary text; NUL and unpaired surrogates are rejected")
    void controls() throws Exception {
        server.provider(ProviderWireFormat.OPENAI).enqueue(ProviderScripts.answer(ProviderWireFormat.OPENAI, "ok"));
        assertThat(post(requestBody("openai", "").replace("\"hi\"", "\"page\\fnext \\ud83d\\ude00\""))
                        .statusCode())
                .isEqualTo(200);
        for (String bad : List.of("\\u0000", "\\ud83d")) {
            HttpResponse<String> answer = post(requestBody("openai", "").replace("\"hi\"", "\"" + bad + "\""));
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(new JsonObject(answer.body()).getJsonObject("error").getString("param"))
                    .isEqualTo("messages[0].content");
        }
    }

    @ParameterizedTest
    @DisplayName("a client that disconnects before the first token closes the provider connection, streamed or not")
    @ValueSource(booleans = {true, false})
    void disconnect(boolean streamed) throws Exception {
        AtomicReference<FakeProviderExchange> exchangeRef = new AtomicReference<>();
        CountDownLatch arrived = new CountDownLatch(1);
        server.provider(ProviderWireFormat.OLLAMA).enqueue(exchange -> {
            exchangeRef.set(exchange);
            arrived.countDown();
            exchange.awaitDisconnect();
        });
        byte[] body = requestBody("ollama", streamed ? ",\"stream\":true" : "").getBytes(UTF_8);
        try (Socket socket = new Socket("127.0.0.1", URI.create(server.url()).getPort())) {
            socket.getOutputStream()
                    .write(("POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: " + body.length + "\r\n\r\n")
                            .getBytes(UTF_8));
            socket.getOutputStream().write(body);
            assertThat(arrived.await(5, SECONDS)).isTrue();
            socket.close();
            assertThat(exchangeRef.get().disconnectedAt()).isPositive();
        }
    }

    private static String requestBody(String provider, String more) {
        return "{\"model\":\"" + provider + "/m-1\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + more + "}";
    }

    private static JsonObject delta(JsonObject chunk) {
        return chunk.getJsonArray("choices").getJsonObject(0).getJsonObject("delta");
    }

    private static List<String> frames(HttpResponse<String> answer) {
        return Arrays.stream(answer.body().split("\n\n", -1))
                .filter(frame -> !frame.isEmpty())
                .toList();
    }

    private static HttpResponse<String> post(String body) throws Exception {
        return send(
                request(PATH).POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path)).header("content-type", "application/json");
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
