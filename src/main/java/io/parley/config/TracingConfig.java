package io.parley.config;

import java.net.URI;
import java.util.Optional;

/**
 * Whether requests are traced, and where their spans go.
 *
 * @param otlpEndpoint the address of a collector, without {@code /v1/traces}; nothing is traced without one
 * @param sampleRatio the part of the requests that begin a trace and are recorded; those that bring a trace say it themselves
 * @param serviceName what the spans say they are from
 */
public record TracingConfig(Optional<URI> otlpEndpoint, double sampleRatio, String serviceName) {

    /** Nothing is traced. */
    public static final TracingConfig OFF = new TracingConfig(Optional.empty(), 1, "parley");

    private static final String ENDPOINT = "tracing.otlp-endpoint";

    public TracingConfig {
        ConfigErrors errors = new ConfigErrors();
        otlpEndpoint.ifPresent(address -> errors.checkSetting(
                address.getHost() != null && String.valueOf(address.getScheme()).matches("(?i)https?"),
                ENDPOINT,
                "must be an http or https address such as http://127.0.0.1:4318"));
        otlpEndpoint.ifPresent(address -> errors.checkSetting(
                address.getRawQuery() == null && address.getRawFragment() == null && address.getRawUserInfo() == null,
                ENDPOINT,
                "must have neither a user nor a query"));
        errors.checkSetting(
                sampleRatio >= 0 && sampleRatio <= 1, "tracing.sample", "must be from 0 to 1, not " + sampleRatio);
        errors.checkSetting(!serviceName.isBlank(), "tracing.service-name", "must not be blank");
        errors.throwIfAny();
    }

    public boolean enabled() {
        return otlpEndpoint.isPresent();
    }
}
