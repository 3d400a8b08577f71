package io.parley.config;

/** The built-in vendor: whether it is there, and how fast it talks. */
public record DemoConfig(boolean enabled, int tokensPerSecond) {

    /** How requests and answers call it. */
    public static final String NAME = "demo";

    public DemoConfig {
        Mistakes mistakes = new Mistakes();
        mistakes.unless(
                tokensPerSecond > 0, "demo.tokens-per-second", "must be greater than 0, not " + tokensPerSecond);
        mistakes.throwIfAny();
    }
}
