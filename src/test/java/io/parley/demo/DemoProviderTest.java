package io.parley.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.DemoConfig;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Demo provider")
@ExtendWith(VertxExtension.class)
class DemoProviderTest {

    private static final JsonArray HELLO =
            new JsonArray().add(new JsonObject().put("role", "user").put("content", "Hello"));

    private Vertx vertx;
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void open(Vertx vertx) {
        this.vertx = vertx;
    }

    @AfterEach
    void close() {
        client.shutdownNow();
    }

    @Test
    @DisplayName("streams an answer in OpenAI's format, with usage on request, and [DONE]")
    void streams() throws Exception {
        JsonObject body = new JsonObject()
                .put("model", "demo-x")
                .put("messages", HELLO)
                .put("stream", true)
                .put("stream_options", new JsonObject().put("include_usage", true));
        HttpResponse<String> response = post(deploy(0), body.encode());
        assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream; charset=utf-8");
        List<String> events =
                response.body().lines().filter(line -> !line.isEmpty()).toList();
        assertThat(events).allMatch(line -> line.startsWith("data: ")).last().isEqualTo("data: [DONE]");
        List<JsonObject> chunks = events.stream()
                .limit(events.size() - 1)
                .map(line -> new JsonObject(line.substring(6)))
                .toList();
        assertThat(chunks)
                .as("the model is always demo")
                .allMatch(chunk -> chunk.getString("model").equals("demo") && !chunk.containsKey("error"));
        JsonObject usage = chunks.getLast().getJsonObject("usage");
        assertThat(chunks.getLast().getJsonArray("choices")).isEmpty();
        assertThat(usage.getInteger("completion_tokens")).isEqualTo(chunks.size() - 3);
        assertThat(usage.getInteger("prompt_tokens")).isEqualTo(4);
        assertThat(chunks.get(chunks.size() - 2)
                        .getJsonArray("choices")
                        .getJsonObject(0)
                        .getString("finish_reason"))
                .isEqualTo("stop");
    }

    @Test
    @DisplayName("answers without a stream, and stops at max_tokens")
    void withoutStream() throws Exception {
        JsonObject body = new JsonObject().put("messages", HELLO).put("max_tokens", 3);
        JsonObject answer = new JsonObject(post(deploy(1000), body.encode()).body());
        JsonObject choice = answer.getJsonArray("choices").getJsonObject(0);
        assertThat(choice.getString("finish_reason")).isEqualTo("length");
        assertThat(choice.getJsonObject("message").getString("content")).isEqualTo("Hello! I");
        assertThat(answer.getJsonObject("usage").getInteger("total_tokens")).isEqualTo(7);
    }

    @Test
    @DisplayName("sends tokens at the configured rate")
    void rate() throws Exception {
        JsonObject body =
                new JsonObject().put("messages", HELLO).put("stream", true).put("max_tokens", 10);
        int port = deploy(50);
        long startedAt = System.nanoTime();
        post(port, body.encode());
        assertThat(Duration.ofNanos(System.nanoTime() - startedAt))
                .isBetween(Duration.ofMillis(190), Duration.ofSeconds(2));
    }

    @Test
    @DisplayName("lists its models")
    void models() throws Exception {
        HttpResponse<String> response =
                client.send(request(deploy(0), "/v1/models").GET().build(), HttpResponse.BodyHandlers.ofString());
        assertThat(new JsonObject(response.body())
                        .getJsonArray("data")
                        .getJsonObject(0)
                        .getString("id"))
                .isEqualTo("demo");
    }

    @ParameterizedTest
    @DisplayName("rejects an invalid request with an error in OpenAI's format")
    @ValueSource(strings = {"", "{", "[]", "{}", "{\"messages\":[]}", "{\"messages\":\"x\"}", "{\"messages\":[1]}"})
    void invalidRequest(String body) throws Exception {
        HttpResponse<String> response = post(deploy(0), body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(response.body()).getJsonObject("error").getString("type"))
                .isEqualTo("invalid_request_error");
    }

    @Test
    @DisplayName("stops when its client disconnects, and serves the next one")
    void clientDisconnects() throws Exception {
        int port = deploy(20);
        JsonObject body = new JsonObject().put("messages", HELLO).put("stream", true);
        HttpResponse<InputStream> response = client.send(
                request(port, "/v1/chat/completions")
                        .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.body().read()).isEqualTo('d');
        response.body().close();
        assertThat(post(port, body.put("max_tokens", 2).encode()).statusCode()).isEqualTo(200);
    }

    private int deploy(int tokensPerSecond) throws Exception {
        DemoProvider provider = new DemoProvider(new DemoConfig(true, tokensPerSecond));
        vertx.deployVerticle(provider).await(5, TimeUnit.SECONDS);
        return provider.port();
    }

    private HttpResponse<String> post(int port, String body) throws Exception {
        return client.send(
                request(port, "/v1/chat/completions")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Duration.ofSeconds(5));
    }
}
