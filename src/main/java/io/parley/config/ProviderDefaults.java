package io.parley.config;

/**
 * Configures the defaults for every provider.
 *
 * @param maxTokens limit of an answer if the provider requires one and the request has none
 * @param maxOutputBytes maximum size of one answer
 */
public record ProviderDefaults(int maxTokens, int maxOutputBytes, ProviderConfig.Timeouts timeouts) {

    public ProviderDefaults {
        ConfigErrors errors = new ConfigErrors();
        errors.checkSetting(maxTokens > 0, "provider.max-tokens", "must be greater than 0, not " + maxTokens);
        errors.checkSetting(maxOutputBytes > 0, "provider.max-output", "must be greater than 0");
        errors.throwIfAny();
    }
}
