package io.parley.config;

/**
 * What holds for every vendor.
 *
 * @param maxTokens the limit of an answer where the vendor wants one and the request has none
 * @param maxOutputBytes most bytes of one answer
 */
public record ProviderDefaults(int maxTokens, int maxOutputBytes, ProviderConfig.Timeouts timeouts) {

    public ProviderDefaults {
        ConfigErrors errors = new ConfigErrors();
        errors.checkSetting(maxTokens > 0, "provider.max-tokens", "must be greater than 0, not " + maxTokens);
        errors.checkSetting(maxOutputBytes > 0, "provider.max-output", "must be greater than 0");
        errors.throwIfAny();
    }
}
