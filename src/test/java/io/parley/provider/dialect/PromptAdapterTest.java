package io.parley.provider.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.BuiltInProfiles;
import io.parley.config.ProviderConfig;
import io.parley.config.ProviderConfig.Format;
import io.parley.contract.ChatMessage;
import io.parley.contract.GenerationOptions;
import io.parley.contract.GenerationOptions.ServerDefault;
import io.parley.contract.Prompt;
import io.parley.contract.Prompt.ResponseSchema;
import io.parley.contract.Tools;
import io.parley.provider.profile.RefusableOption;
import io.parley.provider.profile.RefusedOptions;
import io.vertx.core.json.JsonObject;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A prompt is adapted to a provider:")
final class PromptAdapterTest {

    private static final GenerationOptions OPTIONS = GenerationOptions.of(OptionalDouble.of(0.7), OptionalInt.of(100));
    private static final Optional<ResponseSchema> SCHEMA =
            Optional.of(new ResponseSchema("flows", "{\"type\":\"object\"}"));

    @ParameterizedTest
    @CsvSource({
        "openai, m, true, true",
        "openai, gpt-5-mini, true, false",
        "openai, gpt-5-mini, false, true",
        "openrouter, openai/o3, true, false",
        "mistral, gpt-5-mini, true, true"
    })
    @DisplayName("a default temperature is not sent to a model that refuses it, but the client's is")
    void temperature(String profile, String model, boolean isDefault, boolean sent) {
        GenerationOptions options =
                isDefault ? OPTIONS.withServerDefaults(EnumSet.of(ServerDefault.TEMPERATURE)) : OPTIONS;
        JsonObject body = body(profile, model, new Prompt(List.of(ChatMessage.user("hi")), options), Set.of());
        assertThat(body.containsKey("temperature")).isEqualTo(sent);
    }

    @ParameterizedTest
    @CsvSource({
        "openai, max_completion_tokens, true, json_schema",
        "openai-compatible, max_tokens, true, json_schema",
        "azure-openai, max_completion_tokens, true, json_schema",
        "mistral, max_tokens, false, json_schema",
        "deepseek, max_tokens, true, json_object",
        "gemini, max_tokens, true, json_schema",
        "groq, max_completion_tokens, true, json_schema",
        "openrouter, max_tokens, true, json_schema",
        "vllm, max_tokens, true, json_schema",
        "llama.cpp, max_tokens, true, json_schema",
        "lmstudio, max_tokens, true, json_schema"
    })
    @DisplayName("each built-in profile has its own fields")
    void profiles(String profile, String maxTokens, boolean usage, String format) {
        JsonObject body = body(profile, "m", prompt(OPTIONS), Set.of());
        assertThat(body.getInteger(maxTokens)).isEqualTo(100);
        assertThat(body.containsKey("stream_options")).isEqualTo(usage);
        assertThat(body.getJsonObject("response_format").getString("type")).isEqualTo(format);
        assertThat(body.getJsonArray("messages").size()).isEqualTo(format.equals("json_object") ? 2 : 1);
    }

    @Test
    @DisplayName("what a model has refused is left out if it is a default of the server, and otherwise sent")
    void refused() {
        Set<RefusableOption> all = EnumSet.allOf(RefusableOption.class);
        JsonObject byDefault =
                body("openai", "m", prompt(OPTIONS.withServerDefaults(EnumSet.allOf(ServerDefault.class))), all);
        assertThat(byDefault.fieldNames()).containsExactlyInAnyOrder("model", "messages", "stream");
        JsonObject explicit =
                body("openai", "m", prompt(OPTIONS), EnumSet.complementOf(EnumSet.of(RefusableOption.MAX_TOKENS)));
        assertThat(explicit.getDouble("temperature")).isEqualTo(0.7);
        assertThat(explicit.getInteger("max_tokens")).isEqualTo(100);
        assertThat(explicit.getJsonObject("response_format").getString("type")).isEqualTo("json_schema");
        assertThat(explicit.containsKey("stream_options")).isFalse();
    }

    @Test
    @DisplayName("a schema that Anthropic refuses becomes words, as its format has no other JSON objects")
    void anthropicSchema() {
        Prompt prompt = prompt(OPTIONS.withServerDefaults(EnumSet.of(ServerDefault.RESPONSE_FORMAT)));
        ProviderConfig provider = DialectRequestTest.provider(Format.ANTHROPIC, Optional.empty());
        JsonObject body = Dialect.of(provider)
                .request("m", prompt, EnumSet.of(RefusableOption.JSON_SCHEMA))
                .body()
                .toJsonObject();
        assertThat(body.containsKey("output_config")).isFalse();
        assertThat(body.getString("system")).contains("JSON schema: {\"type\":\"object\"}");
    }

    @Test
    @DisplayName("a limit of reasoning tokens becomes an effort where there is no limit")
    void reasoning() {
        GenerationOptions limited = new GenerationOptions(
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                List.of(),
                false,
                Optional.empty(),
                OptionalInt.of(8_000),
                Set.of());
        Prompt prompt = new Prompt(List.of(ChatMessage.user("hi")), limited);
        assertThat(body("openai", "m", prompt, Set.of()).getString("reasoning_effort"))
                .isEqualTo("medium");
        assertThat(Dialect.of(DialectRequestTest.provider(Format.OLLAMA, Optional.empty()))
                        .request("m", prompt)
                        .body()
                        .toJsonObject()
                        .getString("think"))
                .isEqualTo("medium");
    }

    @Test
    @DisplayName("a bounded number of models is remembered with what they have refused")
    void memory() {
        RefusedOptions memory = new RefusedOptions();
        memory.add("first", EnumSet.of(RefusableOption.TOP_P));
        for (int i = 0; i < 300; i++) {
            memory.add("model-" + i, EnumSet.of(RefusableOption.TEMPERATURE));
        }
        assertThat(memory.of("first")).isEmpty();
        assertThat(memory.of("model-299")).containsExactly(RefusableOption.TEMPERATURE);
        assertThat(memory.of("other")).isEmpty();
    }

    @Test
    @DisplayName("parameters of a tool that are an empty object become the schema of an object")
    void emptyParameters() {
        Tools.Tool tool = new Tools.Tool("f", Optional.empty(), Optional.of("{}"), false);
        Tools tools = new Tools(List.of(tool), Tools.ToolChoice.AUTO, Optional.empty(), true);
        Prompt prompt = new Prompt(List.of(ChatMessage.user("hi")), OPTIONS, Optional.empty(), tools);
        assertThat(body("openai", "m", prompt, Set.of()).encode())
                .contains("\"parameters\":{\"type\":\"object\",\"properties\":{}}");
    }

    private static Prompt prompt(GenerationOptions options) {
        return new Prompt(List.of(ChatMessage.user("hi")), options, SCHEMA, Tools.NONE);
    }

    private static JsonObject body(String profile, String model, Prompt prompt, Set<RefusableOption> refused) {
        ProviderConfig provider = DialectRequestTest.provider(Format.OPENAI, Optional.empty())
                .withProfile(BuiltInProfiles.named(profile).orElseThrow());
        return Dialect.of(provider).request(model, prompt, refused).body().toJsonObject();
    }
}
