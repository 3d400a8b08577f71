package io.parley.config;

/**
 * What holds for every vendor.
 *
 * @param maxTokens the limit of an answer where the vendor wants one and the request has none
 * @param maxOutput most bytes of one answer
 */
public record ProviderDefaults(int maxTokens, int maxOutput, ProviderConfig.Timeouts timeouts) {

    public ProviderDefaults {
        ConfigErrors mistakes = new ConfigErrors();
        mistakes.unless(maxTokens > 0, "provider.max-tokens", "must be greater than 0, not " + maxTokens);
        mistakes.unless(maxOutput > 0, "provider.max-output", "must be greater than 0");
        mistakes.throwIfAny();
    }
}
