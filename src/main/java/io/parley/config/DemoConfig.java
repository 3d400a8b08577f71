package io.parley.config;

/** The built-in vendor: whether it is there, and how fast it talks; 0 is as fast as it can. */
public record DemoConfig(boolean enabled, int tokensPerSecond) {

    /** How requests and answers call it. */
    public static final String NAME = "demo";

    public DemoConfig {
        ConfigErrors mistakes = new ConfigErrors();
        mistakes.unless(
                tokensPerSecond >= 0, "demo.tokens-per-second", "must not be less than 0, as " + tokensPerSecond);
        mistakes.throwIfAny();
    }
}
