package io.parley.config.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.config.ConfigErrors;
import io.parley.config.ConfigException;
import io.parley.config.LogConfig;
import io.parley.config.ProviderConfig;
import io.parley.config.ProviderProfile;
import io.parley.config.ProviderProfile.ApiKeyHeader;
import io.parley.config.ProviderProfile.MaxTokensField;
import io.parley.config.ProviderProfile.SchemaSupport;
import io.parley.config.ProxyAddress;
import io.parley.config.Secret;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The profile of a provider")
@ExtendWith(VertxExtension.class)
final class ProfileSettingsTest {

    @ParameterizedTest
    @CsvSource({
        "x, openai, https://api.openai.com/v1, openai",
        "x, openai, https://eu.api.openai.com/v1, openai",
        "openai, openai, http://127.0.0.1:4000/v1, openai-compatible",
        "x, openai, https://my.openai.azure.com/openai/v1, azure-openai",
        "x, openai, https://api.mistral.ai/v1, mistral",
        "x, openai, https://codestral.mistral.ai/v1, mistral",
        "x, openai, https://notmistral.ai/v1, openai-compatible",
        "x, openai, https://api.deepseek.com, deepseek",
        "x, openai, https://generativelanguage.googleapis.com/v1beta/openai, gemini",
        "x, openai, https://api.groq.com/openai/v1, groq",
        "x, openai, https://openrouter.ai/api/v1, openrouter",
        "vllm, openai, http://gpu_1:8000/v1, vllm",
        "llama-cpp, openai, http://127.0.0.1:8080/v1, llama.cpp",
        "lmstudio, openai, http://10.0.0.1:99/v1, lmstudio",
        "x, openai, http://localhost:1234/v1, lmstudio",
        "mistral, openai, http://127.0.0.1:5/v1, mistral",
        "mistral, anthropic, http://127.0.0.1:5, anthropic",
        "openai, ollama, https://api.openai.com/v1, ollama"
    })
    @DisplayName("is recognized by the format, the host and the name")
    void recognized(String name, String format, String url, String profile) {
        assertThat(provider(name, Map.of("format", format, "base-url", url))
                        .profile()
                        .name())
                .isEqualTo(profile);
    }

    @Test
    @DisplayName("has the fields of the built-in one that is named, except for those that are set")
    void overridden() {
        ProviderProfile profile = provider(
                        "x",
                        Map.of(
                                "profile", "azure-openai",
                                "max-tokens-field", "max-tokens",
                                "schema", "prompt",
                                "sampling", "none",
                                "tool-ids", "[a-z0-9]{8}",
                                "query", "api-version=2024-10-21",
                                "responses", "yes",
                                "completions", "yes"))
                .profile();
        assertThat(profile.generation().maxTokensField()).isEqualTo(MaxTokensField.MAX_TOKENS);
        assertThat(profile.generation().streamUsage()).isTrue();
        assertThat(profile.generation().schema()).isEqualTo(SchemaSupport.PROMPT);
        assertThat(profile.generation().sampling().supported()).isFalse();
        assertThat(profile.messages().toolIds().pattern()).isEqualTo("[a-z0-9]{8}");
        assertThat(profile.http().apiKeyHeader()).contains(ApiKeyHeader.API_KEY);
        assertThat(profile.http().query()).isEqualTo("api-version=2024-10-21");
        assertThat(profile.http().responses()).isTrue();
        assertThat(profile.http().completions()).isTrue();
    }

    @Test
    @DisplayName("has maps from the file, with their types, and from JSON text in the environment")
    void maps(Vertx vertx, @TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("parley.yaml"), """
                providers:
                  x:
                    roles: {system: user}
                    extra-body: {chat_template_kwargs: {enable_thinking: false}, top_k: 20}
                    extra-headers: {X-Team: research}
                """);
        Map<String, String> file = new ConfigFiles(vertx, new ConfigErrors())
                .read(folder, Optional.empty())
                .await(5, TimeUnit.SECONDS);
        Map<String, String> settings = new HashMap<>();
        file.forEach((path, value) -> settings.put(path.substring("providers.x.".length()), value));
        ProviderProfile profile = provider("x", settings).profile();
        assertThat(profile.messages().roles()).isEqualTo(Map.of("system", "user"));
        assertThat(profile.generation().extraBody())
                .isEqualTo("{\"chat_template_kwargs\":{\"enable_thinking\":false},\"top_k\":20}");
        assertThat(profile.http().extraHeaders()).isEqualTo(Map.of("x-team", new Secret("research")));
        assertThat(profile.toString()).doesNotContain("research");
        ProviderProfile fromEnvironment = provider(
                        "x",
                        settings,
                        Map.of("PARLEY_PROVIDERS_X_EXTRA_BODY", "{\"top_k\":1}", "PARLEY_PROVIDERS_X_ROLES", "{}"))
                .profile();
        assertThat(fromEnvironment.generation().extraBody()).isEqualTo("{\"top_k\":1}");
        assertThat(fromEnvironment.messages().roles()).isEmpty();
    }

    @Test
    @DisplayName("can be set by variables")
    void variables() {
        ProviderProfile profile = provider(
                        "mistral",
                        Map.of(),
                        Map.of("PARLEY_PROVIDERS_MISTRAL_MAX_TOKENS_FIELD", "max_completion_tokens"))
                .profile();
        assertThat(profile.generation().maxTokensField()).isEqualTo(MaxTokensField.MAX_COMPLETION_TOKENS);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            profile          | opnai              | must be one of openai, openai-compatible, azure-openai
            max-tokens-field | max                | must be one of max_completion_tokens, max_tokens
            stream-usage     | perhaps            | must be yes or no
            schema           | xml                | must be one of json_schema, json_object, prompt
            sampling         | o*1                | must be all, none, or patterns
            merge-same-role  | 2                  | must be yes or no
            tool-ids         | [a-z               | must be a regular expression
            tool-ids         | call_.*            | must be a regular expression that accepts letters and digits
            api-key-header   | x-key              | must be one of authorization, api-key
            query            | ?a=b               | must be a query
            extra-body       | [1]                | must be a map
            extra-body       | {"model":"m"}      | must not contain model
            extra-headers    | {"Host":"h"}       | must not contain host
            extra-headers    | {"a b":"h"}        | must map names of headers
            extra-headers    | {"a":"x\\ny"}      | must map names of headers
            roles            | {"system":"a b"}   | must map roles to roles
            num-ctx          | 0                  | must be a whole number greater than 0
            keep-alive       | soon               | must be a duration
            proxy            | ftp://p            | must be the URL of an HTTP proxy
            proxy            | http://u:canary@p/x | must be the URL of an HTTP proxy
            responses        | maybe              | must be yes or no
            completions      | maybe              | must be yes or no
            """)
    @DisplayName("is refused at the start by the name of the setting")
    void refused(String field, String value, String message) {
        List<String> errors = catchThrowableOfType(ConfigException.class, () -> provider("x", Map.of(field, value)))
                .errors();
        String variable = "PARLEY_PROVIDERS_X_" + field.toUpperCase(Locale.ROOT).replace('-', '_');
        assertThat(errors)
                .singleElement()
                .asString()
                .startsWith("providers.x." + field + " (" + variable + ") " + message)
                .doesNotContain("canary");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            https://api.example.com/v1 | HTTPS_PROXY=http://p:1;HTTP_PROXY=http://q:2                                 | p:1
            http://api.example.com/v1  | HTTPS_PROXY=http://p:1;HTTP_PROXY=q:2                                        | q:2
            http://my_host:8000/v1     | HTTP_PROXY=http://my_proxy                                                  | my_proxy:3128
            https://api.example.com/v1 | HTTPS_PROXY=http://p:1;NO_PROXY=localhost,.example.com                       | -
            https://api.example.com/v1 | HTTPS_PROXY=http://p:1;NO_PROXY=ample.com                                    | p:1
            https://api.example.com/v1 | HTTPS_PROXY=http://p:1;NO_PROXY=*                                            | -
            https://api.example.com/v1 | https_proxy=http://p:1                                                       | p:1
            http://api.example.com/v1  | http_proxy=http://p:1                                                        | p:1
            https://api.example.com/v1 | https_proxy=http://p:1;HTTPS_PROXY=http://q:2                                | p:1
            https://api.example.com/v1 | https_proxy= ;HTTPS_PROXY=http://q:2                                         | q:2
            https://api.example.com/v1 | https_proxy=http://p:1;no_proxy=.example.com;NO_PROXY=localhost              | -
            https://api.example.com/v1 | https_proxy=http://p:1;NO_PROXY=.example.com                                 | -
            https://127.0.0.1/v1       | HTTPS_PROXY=http://p:1                                                       | -
            https://api.example.com/v1 | HTTPS_PROXY=http://p:1;PARLEY_PROVIDER_PROXY=http://r:3                      | r:3
            https://api.example.com/v1 | HTTPS_PROXY=http://p:1;PARLEY_PROVIDER_PROXY=none                            | -
            https://api.example.com/v1 | HTTPS_PROXY=http://p:1;NO_PROXY=*;PARLEY_PROVIDERS_X_PROXY=http://s:4        | s:4
            https://api.example.com/v1 | HTTPS_PROXY=http://p:1;PARLEY_PROVIDERS_X_PROXY=none                         | -
            """)
    @DisplayName("has the proxy of the provider, of all providers, or of the environment")
    void proxies(String url, String variables, String proxy) {
        Map<String, String> environment = new HashMap<>();
        for (String variable : variables.split(";", -1)) {
            environment.put(variable.split("=", 2)[0], variable.split("=", 2)[1]);
        }
        Optional<ProxyAddress> address = provider("x", Map.of("base-url", url), environment)
                .profile()
                .http()
                .proxy();
        assertThat(address.map(found -> found.host() + ":" + found.port())).isEqualTo(Optional.ofNullable(proxy));
    }

    @Test
    @DisplayName("does not show the password of a proxy")
    void proxyPassword() {
        ProviderConfig provider = provider("x", Map.of("proxy", "http://me:can%40ry@p:1"));
        ProxyAddress address = provider.profile().http().proxy().orElseThrow();
        assertThat(address.user()).contains("me");
        assertThat(address.password()).contains(new Secret("can@ry"));
        assertThat(provider.toString()).doesNotContain("can@ry", "can%40ry");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://my_host:8000/v1", "http://gpu_1/v1", "https://[::1]:9/v1"})
    @DisplayName("may have a host with an underscore")
    void hosts(String url) {
        ProviderConfig provider = provider("x", Map.of("base-url", url));
        assertThat(url).contains(provider.host());
        assertThat(provider.port()).isEqualTo(url.contains(":8000") ? 8000 : url.contains(":9") ? 9 : 80);
    }

    private static ProviderConfig provider(String name, Map<String, String> settings) {
        return provider(name, settings, Map.of());
    }

    private static ProviderConfig provider(String name, Map<String, String> settings, Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(Map.of("auth.dev-mode", "true"));
        String path = "providers." + name + ".";
        all.putAll(Map.of(path + "base-url", "http://127.0.0.1:1/v1", path + "model", "m", path + "api-key", "k"));
        settings.forEach((field, value) -> all.put(path + field, value));
        return new ConfigReader(variables, LogConfig.Format.JSON, false)
                .read(all).providers().stream()
                        .filter(provider -> provider.name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }
}
