package io.parley.config;

/** The built-in vendor: how fast it talks. */
public record DemoConfig(boolean enabled, int tokensPerSecond) {}
