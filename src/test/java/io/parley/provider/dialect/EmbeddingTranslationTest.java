package io.parley.provider.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.config.ProviderConfig;
import io.parley.config.ProviderConfig.Format;
import io.parley.config.ProviderConfig.Timeouts;
import io.parley.config.Secret;
import io.parley.contract.ApiFormat;
import io.parley.contract.NativeRequest;
import io.parley.provider.codec.Frame;
import io.parley.provider.codec.ProtocolException;
import io.parley.provider.response.Signal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Translation of embeddings")
class EmbeddingTranslationTest {

    @Test
    @DisplayName("sends what Ollama has, and asks it not to truncate")
    void ollama() {
        ProviderRequest request = Dialect.of(config()).nativeRequest("bge-m3", request("""
                        {"model":"x","input":["a","b"],"encoding_format":"base64","dimensions":64,"user":"u"}"""), Set.of());
        assertThat(request.path()).isEqualTo("/api/embed");
        assertThat(request.headers().get("authorization")).isEqualTo("Bearer sk-secret");
        assertThat(new JsonObject(request.body())).isEqualTo(new JsonObject("""
                {"model":"bge-m3","input":["a","b"],"dimensions":64,"truncate":false}"""));
    }

    @Test
    @DisplayName("turns Ollama's response into OpenAI's list, with the usage")
    void response() {
        Frame response = translate(request("{\"input\":\"x\"}"), """
                        {"model":"bge-m3","load_duration":5,"embeddings":[[0.25,-1e-3,3],[1,0,0.1]],"extra":{"embeddings":[1]},
                        "prompt_eval_count":8}""");
        assertThat(new JsonObject(response.data())).isEqualTo(new JsonObject("""
                {"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.25,-0.001,3.0]},
                {"object":"embedding","index":1,"embedding":[1.0,0.0,0.1]}],"model":"bge-m3",
                "usage":{"prompt_tokens":8,"total_tokens":8}}"""));
        assertThat(Dialect.of(config()).nativeReader(request("{}")).read(response))
                .contains(new Signal.UsageReport(8, 0, 0, 0, 0), new Signal.StreamEnd());
    }

    @Test
    @DisplayName("encodes vectors of any length as little-endian 32-bit numbers if the client wants Base64")
    void base64() {
        int dimensions = 3000;
        JsonArray vector = new JsonArray();
        IntStream.range(0, dimensions).forEach(at -> vector.add(at / 7f));
        JsonObject body = new JsonObject().put("embeddings", new JsonArray().add(vector));
        Frame response = translate(request("{\"input\":\"x\",\"encoding_format\":\"base64\"}"), body.encode());
        String base64 = new JsonObject(response.data())
                .getJsonArray("data")
                .getJsonObject(0)
                .getString("embedding");
        float[] decoded = new float[dimensions];
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.remaining()).isEqualTo(4 * dimensions);
        bytes.asFloatBuffer().get(decoded);
        assertThat(decoded[2999]).isEqualTo(2999 / 7f);
        assertThat(decoded[1]).isEqualTo(1 / 7f);
    }

    @ParameterizedTest
    @DisplayName("reports a response of Ollama that has no embeddings, or is broken, as a violation of its protocol")
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{}",
                "{\"embeddings\":[]}",
                "{\"embeddings\":[[1,\"x\"]]}",
                "{\"embeddings\":[[1,2"
            })
    void invalid(String body) {
        NativeRequest request = request("{\"input\":\"x\"}");
        assertThatThrownBy(() -> translate(request, body)).isInstanceOf(ProtocolException.class);
    }

    @Test
    @DisplayName("leaves an error as it is")
    void error() {
        String body = "{\"error\":\"model not found\"}";
        assertThat(translate(request("{\"input\":\"x\"}"), body)).isEqualTo(new Frame("", body));
    }

    private static Frame translate(NativeRequest request, String body) {
        return Dialect.of(config()).nativeReader(request).translated(new Frame("", body), request);
    }

    private static NativeRequest request(String body) {
        return new NativeRequest(
                ApiFormat.OPENAI_EMBEDDINGS, body.getBytes(UTF_8), Map.of(), false, false, 1, List.of());
    }

    private static ProviderConfig config() {
        Duration second = Duration.ofSeconds(1);
        return new ProviderConfig(
                "p",
                Format.OLLAMA,
                URI.create("http://127.0.0.1:1"),
                Optional.of(new Secret("sk-secret")),
                "m",
                Optional.empty(),
                1000,
                1 << 20,
                new Timeouts(second, second, second, second, second));
    }
}
