package io.parley.config;

import java.time.Duration;
import java.util.List;

/**
 * The public port.
 *
 * @param port 0 takes a free one
 * @param heartbeatInterval how often a silent stream says that it is alive
 * @param maxBodyBytes most bytes of a request body
 * @param allowedOrigins origins that browsers may call from
 * @param trustedProxies addresses whose X-Forwarded-For is believed
 * @param slowClientTimeout how long a socket may take nothing before it is cut
 * @param drainTimeout how long running streams may go on after SIGTERM
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
                "must hold origins such as https://chat.example.com, without a path"));
        errors.checkPositive(slowClientTimeout, "http.slow-reader");
        errors.checkSetting(!drainTimeout.isNegative(), "http.drain", "must not be negative");
        errors.throwIfAny();
    }

    /** Behind no proxy. */
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
