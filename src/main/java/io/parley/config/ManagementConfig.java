package io.parley.config;

/**
 * Configures the port for health and metrics.
 *
 * @param port 0 takes a free port, -1 disables it
 */
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
