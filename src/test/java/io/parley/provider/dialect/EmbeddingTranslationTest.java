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
import io.parley.contract.Problem;
import io.parley.contract.Problem.Violation;
import io.parley.contract.ProblemException;
import io.parley.provider.codec.ProtocolException;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Translation of embeddings")
class EmbeddingTranslationTest {

    private static final Violation TOKENS = new Violation("/input", "unsupported", "only texts");

    @Test
    @DisplayName("sends every field to OpenAI as it is, except the model and Parley's own")
    void openAi() {
        ProviderRequest request = EmbeddingTranslation.request(
                config(Format.OPENAI),
                "text-embedding-3-small",
                request(
                        """
                        {"model":"openai/x","input":[[1,2],[3]],"encoding_format":"base64","dimensions":8,"user":"u","fallback":false,
                        "priority":"batch","future":{"a":1}}""",
                        TOKENS));
        assertThat(request.path()).isEqualTo("/embeddings");
        assertThat(request.headers().get("authorization")).isEqualTo("Bearer sk-secret");
        assertThat(new JsonObject(request.body())).isEqualTo(new JsonObject("""
                {"model":"text-embedding-3-small","input":[[1,2],[3]],"encoding_format":"base64","dimensions":8,"user":"u","future":{"a":1}}"""));
    }

    @Test
    @DisplayName("sends what Ollama has, and asks it not to truncate")
    void ollama() {
        ProviderRequest request = EmbeddingTranslation.request(
                config(Format.OLLAMA),
                "bge-m3",
                request("""
                        {"model":"x","input":["a","b"],"encoding_format":"base64","dimensions":64,"user":"u"}"""));
        assertThat(request.path()).isEqualTo("/api/embed");
        assertThat(new JsonObject(request.body())).isEqualTo(new JsonObject("""
                {"model":"bge-m3","input":["a","b"],"dimensions":64,"truncate":false}"""));
    }

    @Test
    @DisplayName("refuses tokens by name where only texts can be sent")
    void tokens() {
        NativeRequest tokens = request("{\"model\":\"x\",\"input\":[1,2]}", TOKENS);
        assertThatThrownBy(() -> EmbeddingTranslation.request(config(Format.OLLAMA), "bge-m3", tokens))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.problem()).isEqualTo(new Problem.Invalid(List.of(TOKENS))));
    }

    @Test
    @DisplayName("turns Ollama's response into OpenAI's list, with the usage")
    void response() {
        byte[] response = EmbeddingTranslation.response(
                Format.OLLAMA, request("{\"input\":\"x\"}"), bytes("""
                        {"model":"bge-m3","load_duration":5,"embeddings":[[0.25,-1e-3,3],[1,0,0.1]],"extra":{"embeddings":[1]},
                        "prompt_eval_count":8}"""));
        assertThat(new JsonObject(new String(response, UTF_8))).isEqualTo(new JsonObject("""
                {"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.25,-0.001,3.0]},
                {"object":"embedding","index":1,"embedding":[1.0,0.0,0.1]}],"model":"bge-m3",
                "usage":{"prompt_tokens":8,"total_tokens":8}}"""));
        assertThat(EmbeddingTranslation.inputTokens(response)).isEqualTo(8);
    }

    @Test
    @DisplayName("encodes vectors of any length as little-endian 32-bit numbers if the client wants Base64")
    void base64() {
        int dimensions = 3000;
        JsonArray vector = new JsonArray();
        IntStream.range(0, dimensions).forEach(at -> vector.add(at / 7f));
        JsonObject body = new JsonObject().put("embeddings", new JsonArray().add(vector));
        byte[] response = EmbeddingTranslation.response(
                Format.OLLAMA,
                request("{\"input\":\"x\",\"encoding_format\":\"base64\"}"),
                body.toBuffer().getBytes());
        String base64 = new JsonObject(new String(response, UTF_8))
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
            strings = {"", "[]", "{", "{}", "{\"embeddings\":[]}", "{\"embeddings\":[[1,\"x\"]]}", "{\"embeddings\":[[1,2"})
    void invalid(String body) {
        NativeRequest request = request("{\"input\":\"x\"}");
        assertThatThrownBy(() -> EmbeddingTranslation.response(Format.OLLAMA, request, bytes(body)))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    @DisplayName("leaves OpenAI's response as it is")
    void unchanged() {
        byte[] body = bytes("{ \"anything\": 1 }");
        assertThat(EmbeddingTranslation.response(Format.OPENAI, request("{}"), body))
                .isSameAs(body);
    }

    @ParameterizedTest
    @DisplayName("finds the tokens of the input wherever the usage is")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"usage\":{\"prompt_tokens\":5,\"total_tokens\":7},\"data\":[{\"embedding\":[1,2]}]} | 5",
                "{\"data\":[{\"usage\":{\"prompt_tokens\":9}}],\"usage\":{\"details\":{\"x\":1},\"total_tokens\":7}} | 7",
                "{\"data\":[]} | -1",
                "{\"usage\":null} | -1",
                "[] | -1",
            })
    void usage(String body, long expected) {
        assertThat(EmbeddingTranslation.inputTokens(bytes(body))).isEqualTo(expected);
    }

    private static NativeRequest request(String body, Violation... untranslatable) {
        return new NativeRequest(
                ApiFormat.OPENAI_EMBEDDINGS, bytes(body), Map.of(), false, false, List.of(untranslatable));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static ProviderConfig config(Format format) {
        Duration second = Duration.ofSeconds(1);
        return new ProviderConfig(
                "p",
                format,
                URI.create("http://127.0.0.1:1"),
                Optional.of(new Secret("sk-secret")),
                "m",
                Optional.empty(),
                1000,
                1 << 20,
                new Timeouts(second, second, second, second, second));
    }
}
