package io.parley.compatible;

import static io.parley.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import io.parley.testing.FakeProvider;
import io.parley.testing.ProviderWireFormat;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Embeddings")
class EmbeddingsTest {

    @SuppressWarnings("NullAway.Init")
    private static MultiProviderTestApp server;

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        server = new MultiProviderTestApp(data, Map.of("providers.openai.embedding-models", "own-vectors"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    @DisplayName("of an OpenAI provider are passed on as they are, in both directions")
    void openAi() throws Exception {
        FakeProvider provider = server.provider(ProviderWireFormat.OPENAI);
        String list = """
                {"object":"list","data":[{"object":"embedding","index":0,"embedding":"AACAPw=="}],"model":"x","usage":{"prompt_tokens":2,"total_tokens":2},"new":1}""";
        provider.enqueue(exchange -> exchange.respond(200, list, "content-type: application/json"));
        HttpResponse<String> response = post("""
                {"model":"openai/own-vectors","input":[[1,2]],"encoding_format":"base64","future":{"b":1},"priority":"batch"}""");
        assertThat(response.body()).isEqualTo(list);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-parley-provider")).hasValue("openai");
        assertThat(provider.nextExchange().body())
                .isEqualTo(
                        "{\"model\":\"own-vectors\",\"input\":[[1,2]],\"encoding_format\":\"base64\",\"future\":{\"b\":1}}");
    }

    @Test
    @DisplayName("of Ollama are translated")
    void ollama() throws Exception {
        FakeProvider provider = server.provider(ProviderWireFormat.OLLAMA);
        provider.enqueue(exchange -> exchange.respond(
                200,
                "{\"model\":\"nomic-embed-text\",\"embeddings\":[[1,0.5],[0,-1]],\"prompt_eval_count\":4}",
                "content-type: application/json; charset=utf-8"));
        JsonObject response = new JsonObject(post("{\"model\":\"ollama/nomic-embed-text\",\"input\":[\"a\",\"b\"]}")
                .body());
        assertThat(response.getString("object")).isEqualTo("list");
        assertThat(response.getJsonArray("data").getJsonObject(1)).isEqualTo(new JsonObject("""
                {"object":"embedding","index":1,"embedding":[0.0,-1.0]}"""));
        assertThat(response.getJsonObject("usage").getInteger("total_tokens")).isEqualTo(4);
        assertThat(new JsonObject(provider.nextExchange().body())).isEqualTo(new JsonObject("""
                {"model":"nomic-embed-text","input":["a","b"],"truncate":false}"""));
    }

    @ParameterizedTest
    @DisplayName("of many texts may be longer than any other answer")
    @CsvSource({"openai/own-vectors, OPENAI", "ollama/nomic-embed-text, OLLAMA"})
    void many(String model, ProviderWireFormat wire) throws Exception {
        int texts = 1000;
        String vector = "[" + "0.0123456789,".repeat(767) + "0.5]";
        String vectors = wire == ProviderWireFormat.OPENAI
                ? "{\"data\":[" + ("{\"embedding\":" + vector + "},").repeat(texts - 1) + "{\"embedding\":" + vector
                        + "}]}"
                : "{\"embeddings\":[" + (vector + ",").repeat(texts - 1) + vector + "]}";
        FakeProvider provider = server.provider(wire);
        provider.enqueue(exchange -> exchange.respond(200, vectors, "content-type: application/json"));
        HttpResponse<String> response = post("{\"model\":\"" + model + "\",\"input\":\"x\"}");
        provider.nextExchange();
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(vectors).hasSizeGreaterThan(9_000_000);
        assertThat(new JsonObject(response.body()).getJsonArray("data")).hasSize(texts);
    }

    @Test
    @DisplayName("are counted, and the same request is answered from the cache")
    void countedAndCached() throws Exception {
        FakeProvider provider = server.provider(ProviderWireFormat.OLLAMA);
        provider.enqueue(exchange -> exchange.respond(
                200, "{\"embeddings\":[[1]],\"prompt_eval_count\":7}", "content-type: application/json"));
        String body = "{\"model\":\"ollama/bge-counted\",\"input\":\"x\"}";
        HttpResponse<String> first = post(body);
        HttpResponse<String> second = post(body);
        provider.nextExchange();
        assertThat(second.body()).isEqualTo(first.body()).contains("\"embedding\":[1.0]");
        assertThat(first.headers().firstValue("x-parley-cache")).hasValue("miss");
        assertThat(second.headers().firstValue("x-parley-cache")).hasValue("hit");
        eventually(() -> {
            JsonArray rows = new JsonObject(server.app()
                            .http()
                            .get("/api/v1/usage?group_by=model")
                            .body())
                    .getJsonArray("data");
            assertThat(rows)
                    .map(JsonObject.class::cast)
                    .filteredOn(row -> "bge-counted".equals(row.getString("model")))
                    .singleElement()
                    .satisfies(row -> {
                        assertThat(row.getInteger("input_tokens")).isEqualTo(7);
                        assertThat(row.getInteger("output_tokens")).isZero();
                    });
        });
    }

    @Test
    @DisplayName("are read by OpenAI's SDK, which asks for Base64")
    void sdk() throws Exception {
        FakeProvider provider = server.provider(ProviderWireFormat.OLLAMA);
        provider.enqueue(exchange -> exchange.respond(
                200, "{\"embeddings\":[[1,0.5,-0.25]],\"prompt_eval_count\":4}", "content-type: application/json"));
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(server.url() + "/v1")
                .apiKey("any")
                .maxRetries(0)
                .build();
        CreateEmbeddingResponse response = client.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("ollama/nomic-embed-text")
                        .input("a")
                        .build());
        client.close();
        provider.nextExchange();
        assertThat(response.data().getFirst().embedding()).containsExactly(1f, 0.5f, -0.25f);
        assertThat(response.usage().promptTokens()).isEqualTo(4);
    }

    @ParameterizedTest
    @DisplayName("of the demo provider are vectors of the wanted length")
    @CsvSource({"demo/demo", "demo/demo-embedding", "demo/text-embedding-3-small"})
    void demo(String model) throws Exception {
        HttpResponse<String> response = post("{\"model\":\"" + model + "\",\"input\":[\"a\",\"b\"],\"dimensions\":16}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonArray data = new JsonObject(response.body()).getJsonArray("data");
        assertThat(data.stream()
                        .map(entry ->
                                ((JsonObject) entry).getJsonArray("embedding").size()))
                .isEqualTo(List.of(16, 16));
    }

    @ParameterizedTest
    @DisplayName("are refused by name for chat models, and for tokens where only texts can be sent")
    @CsvSource({
        "model, openai/m-1, '\"x\"'",
        "model, ollama/m-1, '\"x\"'",
        "model, anthropic/m-1, '\"x\"'",
        "model, anthropic/text-embedding-3-small, '\"x\"'",
        "model, m-1, '\"x\"'",
        "model, openai/gpt-5-mini, '\"x\"'",
        "input, ollama/nomic-embed-text, '[1,2]'",
        "input, openai/own-vectors, '[]'",
    })
    void refused(String param, String model, String input) throws Exception {
        HttpResponse<String> response = post("{\"model\":\"" + model + "\",\"input\":" + input + "}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(new JsonObject(response.body()).getJsonObject("error").getString("param"))
                .isEqualTo(param);
    }

    private static HttpResponse<String> post(String body) throws Exception {
        return server.app().http().post("/v1/embeddings", body);
    }
}
