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
 * @param slowReader how long a socket may take nothing before it is cut
 * @param drain how long running streams may go on after SIGTERM
 */
public record HttpConfig(
        String host,
        int port,
        Duration heartbeat,
        int maxBody,
        List<String> allowedOrigins,
        Duration slowReader,
        Duration drain) {
    public HttpConfig {
        allowedOrigins = List.copyOf(allowedOrigins);
    }
}
