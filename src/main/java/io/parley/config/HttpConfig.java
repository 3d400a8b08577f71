package io.parley.config;

import java.time.Duration;
import java.util.List;

/**
 * Configures the public port.
 *
 * @param port 0 takes a free port
 * @param heartbeatInterval interval of keepalives on a stream without events
 * @param maxBodyBytes maximum size of a request body, except under {@code /v1} and of {@link #maxPromptBytes prompts}
 * @param maxBodyV1Bytes maximum size of a request body under {@code /v1}, where images and documents are part of it
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
        int maxBodyV1Bytes,
        List<String> allowedOrigins,
        List<String> trustedProxies,
        Duration slowClientTimeout,
        Duration drainTimeout) {

    /** 256 KiB. */
    public static final int DEFAULT_MAX_BODY_BYTES = 256 << 10;

    private static final int DEFAULT_MAX_PROMPT_BYTES = 8 << 20;

    /** 32 MiB. */
    public static final int DEFAULT_MAX_BODY_V1_BYTES = 32 << 20;

    public HttpConfig {
        allowedOrigins = List.copyOf(allowedOrigins);
        trustedProxies = List.copyOf(trustedProxies);
        ConfigErrors errors = new ConfigErrors();
        errors.checkSetting(!host.isBlank(), "http.host", "must not be blank");
        errors.checkPort(port, 0, "http.port");
        errors.checkPositive(heartbeatInterval, "http.heartbeat");
        errors.checkSetting(maxBodyBytes >= 1024, "http.max-body", "must be at least 1KiB");
        errors.checkSetting(maxBodyV1Bytes >= 1024, "http.max-body-v1", "must be at least 1KiB");
        allowedOrigins.forEach(origin -> errors.checkSetting(
                origin.matches("https?://[^/?#\\s]+"),
                "http.allowed-origins",
                "must list origins such as https://chat.example.com, without a path"));
        errors.checkPositive(slowClientTimeout, "http.slow-reader");
        errors.checkSetting(!drainTimeout.isNegative(), "http.drain", "must not be negative");
        errors.throwIfAny();
    }

    /** Without trusted proxies, and with the default limit under {@code /v1}. */
    public HttpConfig(
            String host,
            int port,
            Duration heartbeatInterval,
            int maxBodyBytes,
            List<String> allowedOrigins,
            Duration slowClientTimeout,
            Duration drainTimeout) {
        this(
                host,
                port,
                heartbeatInterval,
                maxBodyBytes,
                DEFAULT_MAX_BODY_V1_BYTES,
                allowedOrigins,
                List.of(),
                slowClientTimeout,
                drainTimeout);
    }

    /**
     * Maximum size of the body of a chat, or of another request with messages outside of {@code /v1}: the maximum of all bodies if that is
     * configured, otherwise 8 MiB, into which 100 messages of 10,000 code points fit.
     */
    public int maxPromptBytes() {
        return maxBodyBytes == DEFAULT_MAX_BODY_BYTES ? DEFAULT_MAX_PROMPT_BYTES : maxBodyBytes;
    }
}
