package io.parley.config;

/**
 * Configures the built-in demo provider.
 *
 * @param tokensPerSecond speed of its answers; 0 means unlimited
 */
public record DemoConfig(boolean enabled, int tokensPerSecond) {

    /** The provider's name in requests and answers. */
    public static final String NAME = "demo";

    /** The name of its model for embeddings; {@link #NAME} is one, too. */
    public static final String EMBEDDING_MODEL = "demo-embedding";

    public DemoConfig {
        ConfigErrors errors = new ConfigErrors();
        errors.checkSetting(
                tokensPerSecond >= 0, "demo.tokens-per-second", "must be at least 0, not " + tokensPerSecond);
        errors.throwIfAny();
    }
}
