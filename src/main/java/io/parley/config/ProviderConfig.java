package io.parley.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One vendor, or one endpoint that speaks a vendor's format.
 *
 * @param name how requests and answers call it
 * @param format which dialect it speaks
 * @param baseUrl where; its path is the prefix of every call
 * @param version the vendor's API version, for those that want one
 * @param maxTokens the limit of an answer where the vendor wants one and the request has none
 * @param maxOutputBytes most bytes of one answer
 * @param models what it serves besides {@code model}, as far as anybody said
 * @param weight its share when targets are chosen at random; with 0 it answers only when it is named, or nobody else is there
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
        int weight) {

    public ProviderConfig {
        models = List.copyOf(models);
        ConfigErrors errors = new ConfigErrors();
        String path = "providers." + name;
        if (!name.matches("[a-z][a-z0-9-]{0,31}")) {
            errors.add("The vendor \"" + name + "\" needs a name of up to 32 small letters, digits and -");
        }
        errors.checkSetting(
                Hosts.plainHttp(baseUrl),
                path + ".base-url",
                "must be an http or https address with a host, without user, query or fragment");
        errors.checkSetting(
                apiKey.map(key -> key.reveal().matches("[\\x21-\\x7e]+")).orElse(true),
                path + ".api-key",
                "holds characters that no HTTP header can carry");
        errors.checkSetting(!model.isBlank(), path + ".model", "is missing");
        errors.checkSetting(
                version.map(text -> text.matches("[\\x21-\\x7e]+")).orElse(true),
                path + ".version",
                "holds characters that no HTTP header can carry");
        errors.checkSetting(weight >= 0, path + ".weight", "must not be less than 0, as " + weight);
        errors.throwIfAny();
    }

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

    /** Whether it is known to serve {@code modelId}. */
    public boolean serves(String modelId) {
        return model.equals(modelId) || models.contains(modelId);
    }

    public enum Format {
        OPENAI,
        ANTHROPIC,
        OLLAMA
    }

    /** The five timers of an attempt; comments and pings of the vendor reset none of the last three. */
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
