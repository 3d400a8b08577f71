package io.parley.config;

import java.time.Duration;
import java.util.List;

/**
 * The public port.
 *
 * @param port 0 takes a free one
 * @param heartbeat how often a silent stream says that it is alive
 * @param maxBody most bytes of a request body
 * @param allowedOrigins origins that browsers may call from
 * @param trustedProxies addresses whose X-Forwarded-For is believed
 * @param slowReader how long a socket may take nothing before it is cut
 * @param drain how long running streams may go on after SIGTERM
 */
public record HttpConfig(
        String host,
        int port,
        Duration heartbeat,
        int maxBody,
        List<String> allowedOrigins,
        List<String> trustedProxies,
        Duration slowReader,
        Duration drain) {

    public HttpConfig {
        allowedOrigins = List.copyOf(allowedOrigins);
        trustedProxies = List.copyOf(trustedProxies);
        ConfigErrors mistakes = new ConfigErrors();
        mistakes.unless(!host.isBlank(), "http.host", "must not be blank");
        mistakes.unlessPort(port, 0, "http.port");
        mistakes.unlessPositive(heartbeat, "http.heartbeat");
        mistakes.unless(maxBody >= 1024, "http.max-body", "must be at least 1KiB");
        allowedOrigins.forEach(origin -> mistakes.unless(
                origin.matches("https?://[^/?#\\s]+"),
                "http.allowed-origins",
                "must hold origins such as https://chat.example.com, without a path"));
        mistakes.unlessPositive(slowReader, "http.slow-reader");
        mistakes.unless(!drain.isNegative(), "http.drain", "must not be negative");
        mistakes.throwIfAny();
    }

    /** Behind no proxy. */
    public HttpConfig(
            String host,
            int port,
            Duration heartbeat,
            int maxBody,
            List<String> allowedOrigins,
            Duration slowReader,
            Duration drain) {
        this(host, port, heartbeat, maxBody, allowedOrigins, List.of(), slowReader, drain);
    }
}
