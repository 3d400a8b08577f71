package io.parley.config.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.config.AppConfig;
import io.parley.config.ConfigException;
import io.parley.config.GatewayConfig;
import io.parley.config.LogConfig;
import io.parley.config.ProviderConfig;
import io.parley.config.ProviderConfig.Format;
import io.parley.config.Secret;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderSettingsTest {

    @Test
    @DisplayName("a known provider needs only an API key")
    void known() {
        AppConfig config = read(Map.of(), Map.of("OPENAI_API_KEY", "sk-1", "ANTHROPIC_API_KEY", "sk-2"));
        assertThat(config.gateway()).isEqualTo(new GatewayConfig("openai", Optional.empty()));
        assertThat(config.providers())
                .extracting(
                        ProviderConfig::name, ProviderConfig::baseUrl, ProviderConfig::model, ProviderConfig::version)
                .containsExactly(
                        row("openai", "https://api.openai.com/v1", "gpt-5-mini", Optional.empty()),
                        row("anthropic", "https://api.anthropic.com", "claude-haiku-5-5", Optional.of("2026-10-21")));
    }

    @Test
    @DisplayName("variables set the provider's address, the default provider and its model")
    void environment() {
        AppConfig config = read(
                Map.of(),
                Map.of(
                        "OPENAI_API_KEY", "sk-1",
                        "OPENAI_BASE_URL", "http://127.0.0.1:1234/v1",
                        "OLLAMA_BASE_URL", "http://127.0.0.1:11434",
                        "AI_PROVIDER", "ollama",
                        "AI_MODEL", "qwen3"));
        assertThat(config.gateway()).isEqualTo(new GatewayConfig("ollama", Optional.of("qwen3")));
        assertThat(config.providers())
                .extracting(ProviderConfig::baseUrl)
                .containsExactly(URI.create("http://127.0.0.1:1234/v1"), URI.create("http://127.0.0.1:11434"));
    }

    @Test
    @DisplayName("an OpenAI-compatible provider needs three settings")
    void threeLines() {
        AppConfig config = read(
                settings("my-llm.base-url", "http://10.0.0.7:8000/v1", "my-llm.api-key", "k", "my-llm.model", "qwen3"),
                Map.of());
        assertThat(config.gateway().provider()).isEqualTo("my-llm");
        assertThat(config.providers()).singleElement().satisfies(provider -> {
            assertThat(provider.format()).isEqualTo(Format.OPENAI);
            assertThat(provider.apiKey()).hasValue(new Secret("k"));
            assertThat(provider.model()).isEqualTo("qwen3");
        });
    }

    @Test
    @DisplayName("models for embeddings are listed apart, in the file or the environment")
    void embeddingModels() {
        Map<String, String> provider = settings("my-llm.base-url", "http://10.0.0.7:8000/v1", "my-llm.model", "m");
        assertThat(read(provider, Map.of("PARLEY_PROVIDERS_MY_LLM_EMBEDDING_MODELS", "v-1,v-2"))
                        .providers())
                .singleElement()
                .satisfies(read -> assertThat(read.embeddingModels()).containsExactly("v-1", "v-2"));
    }

    @Test
    @DisplayName("a provider may have the prices of another name")
    void prices() {
        AppConfig config = read(
                settings("my-llm.base-url", "http://10.0.0.7:8000/v1", "my-llm.model", "m", "my-llm.prices", "mistral"),
                Map.of("PARLEY_PROVIDERS_OPENAI_PRICES", "xai"));
        assertThat(config.usage().priceFamilies())
                .containsExactlyInAnyOrderEntriesOf(Map.of("my-llm", "mistral", "openai", "xai"));
    }

    @Test
    @DisplayName("the API key of a configured provider may come from the environment")
    void keyFromEnvironment() {
        AppConfig config = read(
                settings("my-llm.base-url", "http://10.0.0.7:8000", "my-llm.model", "m", "my-llm.format", "anthropic"),
                Map.of("PARLEY_PROVIDERS_MY_LLM_API_KEY", "secret"));
        assertThat(config.providers()).singleElement().satisfies(provider -> {
            assertThat(provider.apiKey()).hasValue(new Secret("secret"));
            assertThat(provider.version()).hasValue("2026-10-21");
        });
    }

    @Test
    @DisplayName("a provider with an API key precedes one without, and the built-in one is last")
    void defaultProvider() {
        Map<String, String> free = settings("free.base-url", "http://127.0.0.1:1/v1", "free.model", "m");
        assertThat(read(free, Map.of()).gateway().provider()).isEqualTo("free");
        assertThat(read(free, Map.of("ANTHROPIC_API_KEY", "k")).gateway().provider())
                .isEqualTo("anthropic");
        assertThat(read(Map.of(), Map.of()).gateway().provider()).isEqualTo("demo");
    }

    @Test
    @DisplayName("a selected provider without an API key prevents the start")
    void selectedWithoutKey() {
        assertThat(errors(Map.of(), Map.of("AI_PROVIDER", "openai")))
                .containsExactly("gateway.provider (AI_PROVIDER) is openai, but OPENAI_API_KEY is not set: set it, or"
                        + " choose another provider");
        assertThat(errors(Map.of(), Map.of("AI_PROVIDER", "ollama")))
                .singleElement()
                .asString()
                .contains("OLLAMA_BASE_URL is not set");
    }

    @Test
    @DisplayName("an unknown provider prevents the start, and the error lists the known ones")
    void selectedUnknown() {
        assertThat(errors(Map.of(), Map.of("AI_PROVIDER", "opnai", "ANTHROPIC_API_KEY", "k")))
                .containsExactly("gateway.provider (AI_PROVIDER) must be one of the configured providers"
                        + " (anthropic, demo), not \"opnai\"");
    }

    @Test
    @DisplayName("without the built-in provider another one is required")
    void noProvider() {
        assertThat(errors(Map.of("demo.enabled", "false"), Map.of()))
                .singleElement()
                .asString()
                .startsWith("No provider is configured: set OPENAI_API_KEY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"api.openai.com", "ftp://host", "https://me:pw@host", "https://host/v1?key=pw", "http://", "%"})
    @DisplayName("a base URL must contain no secrets, and is not shown when it is invalid")
    void baseUrl(String address) {
        assertThat(errors(Map.of(), Map.of("OPENAI_API_KEY", "k", "OPENAI_BASE_URL", address)))
                .singleElement()
                .asString()
                .matches("providers\\.openai\\.base-url \\(OPENAI_BASE_URL\\) must be (a|an http or https) URL .*")
                .doesNotContain("pw");
    }

    @Test
    @DisplayName("a configured provider needs an address and a model, and accepts no unknown setting")
    void incomplete() {
        assertThat(errors(settings("x.api-key", "k", "x.modle", "m"), Map.of()))
                .containsExactlyInAnyOrder(
                        "providers.x.base-url (PARLEY_PROVIDERS_X_BASE_URL) is missing",
                        "providers.x.model (PARLEY_PROVIDERS_X_MODEL) is missing",
                        "providers.x.modle is not a setting: correct or remove it; known settings under providers.x:"
                                + " api-key, api-key-header, base-url, completions, embedding-models, empty-parameters, extra-body, extra-headers, format,"
                                + " keep-alive, max-tokens-field, merge-same-role, model, models, num-ctx, prices, profile, proxy,"
                                + " query, responses, roles, sampling, schema, stream-usage, tool-ids, weight");
        assertThat(errors(settings("demo.base-url", "http://127.0.0.1:1", "demo.model", "m"), Map.of()))
                .containsExactly("providers.demo is the name of the built-in provider: choose another name");
    }

    @Test
    @DisplayName("an API key that is not valid in a header is rejected and not shown")
    void badKey() {
        assertThat(errors(Map.of(), Map.of("OPENAI_API_KEY", "sk-canary\r\nHost: evil")))
                .containsExactly(
                        "providers.openai.api-key (OPENAI_API_KEY) contains characters that are not allowed in an HTTP header");
    }

    private static org.assertj.core.groups.Tuple row(Object... values) {
        values[1] = URI.create(values[1].toString());
        return org.assertj.core.api.Assertions.tuple(values);
    }

    /** Prefixes the settings with {@code providers}. */
    private static Map<String, String> settings(String... pairs) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            settings.put("providers." + pairs[i], pairs[i + 1]);
        }
        return settings;
    }

    private static AppConfig read(Map<String, String> settings, Map<String, String> variables) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.put("auth.dev-mode", "true");
        return new ConfigReader(variables, LogConfig.Format.JSON, false).read(all);
    }

    private static List<String> errors(Map<String, String> settings, Map<String, String> variables) {
        return catchThrowableOfType(ConfigException.class, () -> read(settings, variables))
                .errors();
    }
}
