package io.parley.config;

import io.parley.contract.ApiFormat;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Configures one provider: an endpoint and the format that it speaks.
 *
 * @param name the provider's name in requests and answers
 * @param format the format of its API
 * @param baseUrl its URL; the path is the prefix of every request
 * @param version the provider's API version, if its format has one
 * @param maxTokens limit of an answer if the provider requires one and the request has none
 * @param maxOutputBytes maximum size of one answer
 * @param models models that it is configured to serve besides {@code model}
 * @param weight its share with the strategy random; with 0 it answers only if it is named or there is no other provider
 * @param embeddingModels models that it is configured to serve for embeddings
 * @param profile what it accepts in a request
 */
public record ProviderConfig(
        String name,
        Format format,
        URI baseUrl,
        Optional<Secret> apiKey,
        String model,
        Optional<String> version,
        int maxTokens,
        int maxOutputBytes,
        Timeouts timeouts,
        List<String> models,
        int weight,
        List<String> embeddingModels,
        ProviderProfile profile) {

    private static final int HTTP_PORT = 80;
    /** Anthropic's first version without sampling parameters, and the default. */
    private static final String WITHOUT_SAMPLING = "2026-10-21";

    private static final int HTTPS_PORT = 443;

    public ProviderConfig {
        models = List.copyOf(models);
        embeddingModels = List.copyOf(embeddingModels);
        ConfigErrors errors = new ConfigErrors();
        String path = "providers." + name;
        if (!name.matches("[a-z][a-z0-9-]{0,31}")) {
            errors.add("The provider name \"" + name
                    + "\" must begin with a lowercase letter and have up to 32 lowercase letters, digits and -");
        }
        errors.checkSetting(
                Hosts.plainHttp(baseUrl),
                path + ".base-url",
                "must be an http or https URL with a host and without user, query or fragment");
        errors.checkSetting(
                apiKey.map(key -> key.reveal().matches("[\\x21-\\x7e]+")).orElse(true),
                path + ".api-key",
                "contains characters that are not allowed in an HTTP header");
        errors.checkSetting(!model.isBlank(), path + ".model", "is missing");
        errors.checkSetting(
                version.map(text -> text.matches("[\\x21-\\x7e]+")).orElse(true),
                path + ".version",
                "contains characters that are not allowed in an HTTP header");
        errors.checkSetting(weight >= 0, path + ".weight", "must be at least 0, not " + weight);
        errors.throwIfAny();
    }

    /** With the profile of its format, without models for embeddings. */
    public ProviderConfig(
            String name,
            Format format,
            URI baseUrl,
            Optional<Secret> apiKey,
            String model,
            Optional<String> version,
            int maxTokens,
            int maxOutputBytes,
            Timeouts timeouts,
            List<String> models,
            int weight) {
        this(
                name,
                format,
                baseUrl,
                apiKey,
                model,
                version,
                maxTokens,
                maxOutputBytes,
                timeouts,
                models,
                weight,
                List.of(),
                BuiltInProfiles.of(format));
    }

    /** With the profile of its format, without further models. */
    public ProviderConfig(
            String name,
            Format format,
            URI baseUrl,
            Optional<Secret> apiKey,
            String model,
            Optional<String> version,
            int maxTokens,
            int maxOutputBytes,
            Timeouts timeouts) {
        this(name, format, baseUrl, apiKey, model, version, maxTokens, maxOutputBytes, timeouts, List.of(), 1);
    }

    /** Whether it is configured to serve {@code modelId}. */
    public boolean serves(String modelId) {
        return model.equals(modelId) || models.contains(modelId) || embeddingModels.contains(modelId);
    }

    /** Whether a request of {@code api} can be passed on to it as it is, or needs a translation only of this API. */
    public boolean speaks(ApiFormat api) {
        return switch (api) {
            case OPENAI_CHAT -> format == Format.OPENAI;
            case ANTHROPIC_MESSAGES -> format == Format.ANTHROPIC;
            case OPENAI_EMBEDDINGS -> format != Format.ANTHROPIC;
            case OPENAI_RESPONSES -> format == Format.OPENAI && profile.http().responses();
            case OPENAI_COMPLETIONS -> format == Format.OPENAI && profile.http().completions();
        };
    }

    /** Whether its API version accepts temperature, top_p and top_k: Anthropic's do not since {@code 2026-10-21}. */
    public boolean acceptsSampling() {
        return format != Format.ANTHROPIC || version.orElse(WITHOUT_SAMPLING).compareTo(WITHOUT_SAMPLING) < 0;
    }

    /** The host of its URL, which may contain {@code _}. */
    public String host() {
        return Hosts.of(baseUrl).orElseThrow();
    }

    public boolean tls() {
        return "https".equalsIgnoreCase(baseUrl.getScheme());
    }

    /** The port of its URL. */
    public int port() {
        return Hosts.port(baseUrl, tls() ? HTTPS_PORT : HTTP_PORT);
    }

    /** The same provider with another profile. */
    public ProviderConfig withProfile(ProviderProfile other) {
        return new ProviderConfig(
                name,
                format,
                baseUrl,
                apiKey,
                model,
                version,
                maxTokens,
                maxOutputBytes,
                timeouts,
                models,
                weight,
                embeddingModels,
                other);
    }

    public enum Format {
        OPENAI,
        ANTHROPIC,
        OLLAMA
    }

    /** The five timeouts of a call. Comments and pings of the provider do not reset the last three. */
    public record Timeouts(
            Duration connect, Duration headers, Duration firstToken, Duration betweenTokens, Duration total) {

        public Timeouts {
            ConfigErrors errors = new ConfigErrors();
            errors.checkPositive(connect, "provider.timeouts.connect");
            errors.checkPositive(headers, "provider.timeouts.headers");
            errors.checkPositive(firstToken, "provider.timeouts.first-token");
            errors.checkPositive(betweenTokens, "provider.timeouts.between-tokens");
            errors.checkPositive(total, "provider.timeouts.total");
            errors.throwIfAny();
        }
    }
}
