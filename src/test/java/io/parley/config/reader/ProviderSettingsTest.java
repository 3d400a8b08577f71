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
    @DisplayName("a key is all that a known vendor needs")
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
    @DisplayName("the environment says where a vendor is, which one is usual, and with which model")
    void elsewhere() {
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
    @DisplayName("anything that speaks OpenAI's format is three lines")
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
    @DisplayName("the key of a vendor of the file may come from the environment")
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
    @DisplayName("one with a key goes before one that needs none, and the built-in one comes last")
    void usual() {
        Map<String, String> free = settings("free.base-url", "http://127.0.0.1:1/v1", "free.model", "m");
        assertThat(read(free, Map.of()).gateway().provider()).isEqualTo("free");
        assertThat(read(free, Map.of("ANTHROPIC_API_KEY", "k")).gateway().provider())
                .isEqualTo("anthropic");
        assertThat(read(Map.of(), Map.of()).gateway().provider()).isEqualTo("demo");
    }

    @Test
    @DisplayName("a vendor that is chosen without its key refuses the start")
    void chosenWithoutKey() {
        assertThat(errors(Map.of(), Map.of("AI_PROVIDER", "openai")))
                .containsExactly("gateway.provider (AI_PROVIDER) is openai, but OPENAI_API_KEY is not set: set it, or"
                        + " choose another provider");
        assertThat(errors(Map.of(), Map.of("AI_PROVIDER", "ollama")))
                .singleElement()
                .asString()
                .contains("OLLAMA_BASE_URL is not set");
    }

    @Test
    @DisplayName("a vendor that nobody knows refuses the start and names those that are known")
    void chosenUnknown() {
        assertThat(errors(Map.of(), Map.of("AI_PROVIDER", "opnai", "ANTHROPIC_API_KEY", "k")))
                .containsExactly("gateway.provider (AI_PROVIDER) must be one of the configured providers"
                        + " (anthropic, demo), not \"opnai\"");
    }

    @Test
    @DisplayName("without the built-in vendor there must be another one")
    void none() {
        assertThat(errors(Map.of("demo.enabled", "false"), Map.of()))
                .singleElement()
                .asString()
                .startsWith("No provider is configured: set OPENAI_API_KEY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"api.openai.com", "ftp://host", "https://me:pw@host", "https://host/v1?key=pw", "http://", "%"})
    @DisplayName("a base URL is an address without secrets, and is not repeated when it is wrong")
    void baseUrl(String address) {
        assertThat(errors(Map.of(), Map.of("OPENAI_API_KEY", "k", "OPENAI_BASE_URL", address)))
                .singleElement()
                .asString()
                .matches("providers\\.openai\\.base-url \\(OPENAI_BASE_URL\\) must be (a|an http or https) URL .*")
                .doesNotContain("pw");
    }

    @Test
    @DisplayName("a vendor of the file needs an address and a model, and only what it knows")
    void incomplete() {
        assertThat(errors(settings("x.api-key", "k", "x.modle", "m"), Map.of()))
                .containsExactlyInAnyOrder(
                        "providers.x.base-url (PARLEY_PROVIDERS_X_BASE_URL) is missing",
                        "providers.x.model (PARLEY_PROVIDERS_X_MODEL) is missing",
                        "providers.x.modle is not a setting: correct or remove it; known settings under providers.x:"
                                + " api-key, base-url, format, model, models, weight");
        assertThat(errors(settings("demo.base-url", "http://127.0.0.1:1", "demo.model", "m"), Map.of()))
                .containsExactly("providers.demo is the name of the built-in provider: choose another name");
    }

    @Test
    @DisplayName("a key that no header can carry is refused without being shown")
    void badKey() {
        assertThat(errors(Map.of(), Map.of("OPENAI_API_KEY", "sk-canary\r\nHost: evil")))
                .containsExactly(
                        "providers.openai.api-key (OPENAI_API_KEY) contains characters that are not allowed in an HTTP header");
    }

    private static org.assertj.core.groups.Tuple row(Object... values) {
        values[1] = URI.create(values[1].toString());
        return org.assertj.core.api.Assertions.tuple(values);
    }

    /** Settings under {@code providers}. */
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
