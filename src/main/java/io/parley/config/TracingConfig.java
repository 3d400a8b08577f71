package io.parley.config;

import java.net.URI;
import java.util.Optional;

/**
 * Configures the OpenTelemetry spans of requests and provider calls.
 *
 * @param otlpEndpoint the URL of a collector, without {@code /v1/traces}; tracing is disabled without it
 * @param sampleRatio fraction of requests that are recorded, of those without a traceparent
 * @param serviceName {@code service.name} of the spans
 */
public record TracingConfig(Optional<URI> otlpEndpoint, double sampleRatio, String serviceName) {

    /** Tracing is disabled. */
    public static final TracingConfig OFF = new TracingConfig(Optional.empty(), 1, "parley");

    private static final String ENDPOINT = "tracing.otlp-endpoint";

    public TracingConfig {
        ConfigErrors errors = new ConfigErrors();
        otlpEndpoint.ifPresent(address -> errors.checkSetting(
                address.getHost() != null && String.valueOf(address.getScheme()).matches("(?i)https?"),
                ENDPOINT,
                "must be an http or https URL such as http://127.0.0.1:4318"));
        otlpEndpoint.ifPresent(address -> errors.checkSetting(
                address.getRawQuery() == null && address.getRawFragment() == null && address.getRawUserInfo() == null,
                ENDPOINT,
                "must not have a user, query or fragment"));
        errors.checkSetting(
                sampleRatio >= 0 && sampleRatio <= 1, "tracing.sample", "must be from 0 to 1, not " + sampleRatio);
        errors.checkSetting(!serviceName.isBlank(), "tracing.service-name", "must not be blank");
        errors.throwIfAny();
    }

    public boolean enabled() {
        return otlpEndpoint.isPresent();
    }
}
