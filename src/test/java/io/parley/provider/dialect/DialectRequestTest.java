package io.parley.provider.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.ProviderConfig;
import io.parley.config.ProviderConfig.Format;
import io.parley.config.ProviderConfig.Timeouts;
import io.parley.config.Secret;
import io.parley.contract.ChatMessage;
import io.parley.contract.GenerationOptions;
import io.parley.contract.Prompt;
import io.parley.contract.Prompt.ResponseSchema;
import io.parley.contract.Tools;
import io.parley.provider.ProviderTestClient;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A request")
class DialectRequestTest {

    private static final String SCHEMA = "{\"type\":\"object\",\"required\":[\"a\"]}";
    private static final Prompt FULL = new Prompt(
            List.of(
                    ChatMessage.system("Be brief."),
                    ChatMessage.user("Hi"),
                    ChatMessage.assistant("Hello"),
                    ChatMessage.user("Flows?")),
            GenerationOptions.of(OptionalDouble.of(0.5), OptionalInt.of(77)),
            Optional.of(new ResponseSchema("flows", SCHEMA)),
            Tools.NONE);

    @Test
    @DisplayName("to OpenAI is streamed, with usage, max_completion_tokens and a strict schema")
    void openAi() {
        ProviderRequest request = request(Format.OPENAI, Optional.empty(), FULL);
        assertThat(request.path()).isEqualTo("/chat/completions");
        assertThat(request.headers().get("authorization")).isEqualTo("Bearer sk-secret");
        assertThat(body(request)).isEqualTo(new JsonObject("""
                {"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"},
                {"role":"assistant","content":"Hello"},{"role":"user","content":"Flows?"}],
                "stream":true,"stream_options":{"include_usage":true},"temperature":0.5,"max_completion_tokens":77,
                "response_format":{"type":"json_schema","json_schema":{"name":"flows","strict":true,
                "schema":{"type":"object","required":["a"]}}}}"""));
    }

    @Test
    @DisplayName("to Anthropic has a system field, no sampling parameters and the key as a bearer token")
    void anthropic() {
        ProviderRequest request = request(Format.ANTHROPIC, Optional.empty(), FULL);
        assertThat(request.path()).isEqualTo("/v1/messages");
        assertThat(request.headers().get("authorization")).isEqualTo("Bearer sk-secret");
        assertThat(request.headers().contains("x-api-key")).isFalse();
        assertThat(request.headers().get("anthropic-version")).isEqualTo("2026-10-21");
        assertThat(body(request)).isEqualTo(new JsonObject("""
                {"model":"m","max_tokens":77,"system":"Be brief.","messages":[{"role":"user","content":"Hi"},
                {"role":"assistant","content":"Hello"},{"role":"user","content":"Flows?"}],"stream":true,
                "output_config":{"format":{"type":"json_schema","schema":{"type":"object","required":["a"]}}}}"""));
    }

    @Test
    @DisplayName("to an older version of Anthropic's API has a temperature of at most 1 and the key in x-api-key")
    void olderAnthropic() {
        Prompt hot = new Prompt(FULL.messages(), GenerationOptions.of(OptionalDouble.of(1.7), OptionalInt.empty()));
        ProviderRequest request = request(Format.ANTHROPIC, Optional.of("2023-06-01"), hot);
        assertThat(request.headers().get("x-api-key")).isEqualTo("sk-secret");
        assertThat(request.headers().contains("authorization")).isFalse();
        assertThat(request.headers().get("anthropic-version")).isEqualTo("2023-06-01");
        assertThat(body(request).getDouble("temperature")).isEqualTo(1.0);
        assertThat(body(request).getInteger("max_tokens")).isEqualTo(4096);
    }

    @Test
    @DisplayName("to Anthropic has alternating turns that begin and end with the user")
    void alternating() {
        JsonObject body = body(request(
                Format.ANTHROPIC,
                Optional.empty(),
                ProviderTestClient.prompt(
                        ChatMessage.assistant("a"),
                        ChatMessage.user("b"),
                        ChatMessage.system("s"),
                        ChatMessage.user("c"),
                        ChatMessage.assistant(" "),
                        ChatMessage.user("d"),
                        ChatMessage.assistant("e"))));
        assertThat(body.getJsonArray("messages").stream().map(each -> ((JsonObject) each).getString("role")))
                .containsExactly("user", "assistant", "user", "assistant", "user");
        assertThat(body.getJsonArray("messages").getJsonObject(2).getString("content"))
                .isEqualTo("b\n\nc\n\nd");
    }

    @Test
    @DisplayName("to Ollama has options and a format")
    void ollama() {
        ProviderRequest request = request(Format.OLLAMA, Optional.empty(), FULL);
        assertThat(request.path()).isEqualTo("/api/chat");
        assertThat(body(request)).isEqualTo(new JsonObject("""
                {"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"},
                {"role":"assistant","content":"Hello"},{"role":"user","content":"Flows?"}],"stream":true,
                "options":{"temperature":0.5,"num_predict":77},"format":{"type":"object","required":["a"]}}"""));
    }

    @ParameterizedTest
    @DisplayName("without generation options does not mention them")
    @EnumSource
    void plain(Format format) {
        JsonObject body = body(request(format, Optional.empty(), ProviderTestClient.HELLO));
        assertThat(body.fieldNames())
                .doesNotContain(
                        "temperature", "max_completion_tokens", "options", "format", "response_format", "system")
                .contains("model", "messages", "stream");
    }

    @ParameterizedTest
    @DisplayName("does not contain the key in its string form")
    @EnumSource
    void noKey(Format format) {
        ProviderConfig provider = provider(format, Optional.empty());
        ProviderRequest request = Dialect.of(provider).request("m", FULL);
        assertThat(provider + " " + request + " " + Dialect.of(provider)).doesNotContain("sk-secret");
    }

    private static JsonObject body(ProviderRequest request) {
        return request.body().toJsonObject();
    }

    private static ProviderRequest request(Format format, Optional<String> version, Prompt prompt) {
        return Dialect.of(provider(format, version)).request("m", prompt);
    }

    static ProviderConfig provider(Format format, Optional<String> version) {
        Duration second = Duration.ofSeconds(1);
        return new ProviderConfig(
                "v",
                format,
                URI.create("http://127.0.0.1:1/"),
                Optional.of(new Secret("sk-secret")),
                "m",
                version,
                4096,
                1 << 20,
                new Timeouts(second, second, second, second, second));
    }
}
