package io.parley.config;

/** The port for health and metrics: 0 takes a free one, -1 turns it off. */
public record ManagementConfig(String host, int port) {

    public ManagementConfig {
        ConfigErrors mistakes = new ConfigErrors();
        mistakes.unless(!host.isBlank(), "management.host", "must not be blank");
        mistakes.unlessPort(port, -1, "management.port");
        mistakes.throwIfAny();
    }

    public boolean enabled() {
        return port >= 0;
    }
}
