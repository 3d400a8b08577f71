package io.parley.config;

/** The port for health and metrics: 0 takes a free one, -1 turns it off. */
public record ManagementConfig(String host, int port) {

    public ManagementConfig {
        ConfigErrors errors = new ConfigErrors();
        errors.checkSetting(!host.isBlank(), "management.host", "must not be blank");
        errors.checkPort(port, -1, "management.port");
        errors.throwIfAny();
    }

    public boolean enabled() {
        return port >= 0;
    }
}
