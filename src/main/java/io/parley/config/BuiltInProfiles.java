package io.parley.config;

import io.parley.config.ProviderConfig.Format;
import io.parley.config.ProviderProfile.ApiKeyHeader;
import io.parley.config.ProviderProfile.Generation;
import io.parley.config.ProviderProfile.Http;
import io.parley.config.ProviderProfile.MaxTokensField;
import io.parley.config.ProviderProfile.Messages;
import io.parley.config.ProviderProfile.SchemaSupport;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The profiles of well-known providers, and how they are recognized. */
public final class BuiltInProfiles {

    public static final String OPENAI = "openai";
    public static final String OPENAI_COMPATIBLE = "openai-compatible";
    public static final String AZURE_OPENAI = "azure-openai";
    public static final String ANTHROPIC = "anthropic";
    public static final String OLLAMA = "ollama";

    private static final int LM_STUDIO_PORT = 1234;
    private static final String ANY_SHORT_ID = ".{1,64}";
    private static final String VERY_SHORT_ID = ".{1,40}";

    /** The ends of the host names by which a provider is recognized. */
    private static final Map<String, String> HOSTS = Map.ofEntries(
            Map.entry("api.openai.com", OPENAI),
            Map.entry("openai.azure.com", AZURE_OPENAI),
            Map.entry("services.ai.azure.com", AZURE_OPENAI),
            Map.entry("cognitiveservices.azure.com", AZURE_OPENAI),
            Map.entry("mistral.ai", "mistral"),
            Map.entry("api.deepseek.com", "deepseek"),
            Map.entry("generativelanguage.googleapis.com", "gemini"),
            Map.entry("api.groq.com", "groq"),
            Map.entry("openrouter.ai", "openrouter"));

    /** The names of providers that are recognized although their host says nothing. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("mistral", "mistral"),
            Map.entry("deepseek", "deepseek"),
            Map.entry("gemini", "gemini"),
            Map.entry("groq", "groq"),
            Map.entry("openrouter", "openrouter"),
            Map.entry("vllm", "vllm"),
            Map.entry("llama-cpp", "llama.cpp"),
            Map.entry("lmstudio", "lmstudio"),
            Map.entry("lm-studio", "lmstudio"),
            Map.entry(AZURE_OPENAI, AZURE_OPENAI));

    private static final List<ProviderProfile> ALL = List.of(
            openAi(OPENAI, MaxTokensField.MAX_COMPLETION_TOKENS, SamplingSupport.NOT_REASONING, VERY_SHORT_ID, true),
            openAi(OPENAI_COMPATIBLE, MaxTokensField.MAX_TOKENS, SamplingSupport.NOT_REASONING, ANY_SHORT_ID, false),
            azure(),
            profile("mistral", MaxTokensField.MAX_TOKENS, false, SchemaSupport.JSON_SCHEMA, "[a-zA-Z0-9]{9}"),
            profile("deepseek", MaxTokensField.MAX_TOKENS, true, SchemaSupport.JSON_OBJECT, ANY_SHORT_ID),
            profile("gemini", MaxTokensField.MAX_TOKENS, true, SchemaSupport.JSON_SCHEMA, ANY_SHORT_ID),
            profile("groq", MaxTokensField.MAX_COMPLETION_TOKENS, true, SchemaSupport.JSON_SCHEMA, ANY_SHORT_ID),
            openAi("openrouter", MaxTokensField.MAX_TOKENS, SamplingSupport.NOT_REASONING, VERY_SHORT_ID, false),
            local("vllm"),
            local("llama.cpp"),
            local("lmstudio"),
            profile(ANTHROPIC, MaxTokensField.MAX_TOKENS, true, SchemaSupport.JSON_SCHEMA, "[a-zA-Z0-9_-]{1,64}"),
            profile(OLLAMA, MaxTokensField.MAX_TOKENS, true, SchemaSupport.JSON_SCHEMA, ".*"));

    private BuiltInProfiles() {}

    /** The names of all profiles. */
    public static List<String> names() {
        return ALL.stream().map(ProviderProfile::name).toList();
    }

    public static Optional<ProviderProfile> named(String name) {
        return ALL.stream().filter(profile -> profile.name().equals(name)).findFirst();
    }

    /** The profile of the format itself, for a provider whose address says nothing. */
    public static ProviderProfile of(Format format) {
        return required(
                switch (format) {
                    case OPENAI -> OPENAI;
                    case ANTHROPIC -> ANTHROPIC;
                    case OLLAMA -> OLLAMA;
                });
    }

    /** The profile of a provider, recognized by its format, the host of its URL, and its name. */
    public static ProviderProfile recognize(Format format, URI baseUrl, String provider) {
        if (format != Format.OPENAI) {
            return of(format);
        }
        String host = Hosts.of(baseUrl).orElse("").toLowerCase(Locale.ROOT);
        return Stream.of(byHost(host), Optional.ofNullable(NAMES.get(provider)), byPort(host, baseUrl))
                .flatMap(Optional::stream)
                .findFirst()
                .map(BuiltInProfiles::required)
                .orElseGet(() -> required(OPENAI_COMPATIBLE));
    }

    private static Optional<String> byHost(String host) {
        return HOSTS.entrySet().stream()
                .filter(entry -> host.equals(entry.getKey()) || host.endsWith("." + entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static Optional<String> byPort(String host, URI baseUrl) {
        return LoopbackHosts.contains(host) && Hosts.port(baseUrl, 0) == LM_STUDIO_PORT
                ? Optional.of("lmstudio")
                : Optional.empty();
    }

    private static ProviderProfile required(String name) {
        return named(name).orElseThrow();
    }

    private static ProviderProfile azure() {
        ProviderProfile openAi = openAi(
                AZURE_OPENAI,
                MaxTokensField.MAX_COMPLETION_TOKENS,
                SamplingSupport.NOT_REASONING,
                VERY_SHORT_ID,
                false);
        Http http = new Http(Optional.of(ApiKeyHeader.API_KEY), "", Map.of(), Optional.empty(), false, false);
        return new ProviderProfile(openAi.name(), openAi.generation(), openAi.messages(), http);
    }

    private static ProviderProfile openAi(
            String name, MaxTokensField field, SamplingSupport sampling, String toolIds, boolean responses) {
        Generation generation = new Generation(
                field, true, SchemaSupport.JSON_SCHEMA, sampling, "{}", OptionalInt.empty(), Optional.empty());
        return new ProviderProfile(name, generation, messages(toolIds), http(responses, false));
    }

    private static ProviderProfile profile(
            String name, MaxTokensField field, boolean streamUsage, SchemaSupport schema, String toolIds) {
        Generation generation = new Generation(
                field, streamUsage, schema, SamplingSupport.ALL, "{}", OptionalInt.empty(), Optional.empty());
        return new ProviderProfile(name, generation, messages(toolIds), http(false, false));
    }

    /** A server for open models, which still completes any text. */
    private static ProviderProfile local(String name) {
        ProviderProfile profile =
                profile(name, MaxTokensField.MAX_TOKENS, true, SchemaSupport.JSON_SCHEMA, ANY_SHORT_ID);
        return new ProviderProfile(name, profile.generation(), profile.messages(), http(false, true));
    }

    private static Messages messages(String toolIds) {
        return new Messages(Map.of(), true, new ToolIdFormat(toolIds), true);
    }

    private static Http http(boolean responses, boolean completions) {
        return new Http(Optional.empty(), "", Map.of(), Optional.empty(), responses, completions);
    }
}
