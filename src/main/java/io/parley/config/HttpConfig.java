package io.parley.config;

import java.time.Duration;
import java.util.List;

/**
 * Configures the public port.
 *
 * @param port 0 takes a free port
 * @param heartbeatInterval interval of keepalives on a stream without events
 * @param maxBodyBytes maximum size of a request body
 * @param allowedOrigins origins that browsers may send requests from
 * @param trustedProxies addresses whose X-Forwarded-For is trusted
 * @param slowClientTimeout time after which a client that reads nothing while data waits for it is disconnected
 * @param drainTimeout time that open streams have to end after SIGTERM
 */
public record HttpConfig(
        String host,
        int port,
        Duration heartbeatInterval,
        int maxBodyBytes,
        List<String> allowedOrigins,
        List<String> trustedProxies,
        Duration slowClientTimeout,
        Duration drainTimeout) {

    public HttpConfig {
        allowedOrigins = List.copyOf(allowedOrigins);
        trustedProxies = List.copyOf(trustedProxies);
        ConfigErrors errors = new ConfigErrors();
        errors.checkSetting(!host.isBlank(), "http.host", "must not be blank");
        errors.checkPort(port, 0, "http.port");
        errors.checkPositive(heartbeatInterval, "http.heartbeat");
        errors.checkSetting(maxBodyBytes >= 1024, "http.max-body", "must be at least 1KiB");
        allowedOrigins.forEach(origin -> errors.checkSetting(
                origin.matches("https?://[^/?#\\s]+"),
                "http.allowed-origins",
                "must list origins such as https://chat.example.com, without a path"));
        errors.checkPositive(slowClientTimeout, "http.slow-reader");
        errors.checkSetting(!drainTimeout.isNegative(), "http.drain", "must not be negative");
        errors.throwIfAny();
    }

    /** Without trusted proxies. */
    public HttpConfig(
            String host,
            int port,
            Duration heartbeatInterval,
            int maxBodyBytes,
            List<String> allowedOrigins,
            Duration slowClientTimeout,
            Duration drainTimeout) {
        this(host, port, heartbeatInterval, maxBodyBytes, allowedOrigins, List.of(), slowClientTimeout, drainTimeout);
    }
}
