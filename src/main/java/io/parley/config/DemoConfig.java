package io.parley.config;

/** The built-in vendor: whether it is there, and how fast it talks; 0 is as fast as it can. */
public record DemoConfig(boolean enabled, int tokensPerSecond) {

    /** How requests and answers call it. */
    public static final String NAME = "demo";

    public DemoConfig {
        ConfigErrors errors = new ConfigErrors();
        errors.checkSetting(
                tokensPerSecond >= 0, "demo.tokens-per-second", "must not be less than 0, as " + tokensPerSecond);
        errors.throwIfAny();
    }
}
