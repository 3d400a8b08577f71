package io.parley.gateway.health;

import io.parley.bus.Bus;
import io.parley.config.GatewayConfig;
import io.parley.config.ProviderConfig;
import io.parley.contract.Addresses;
import io.parley.contract.GatewayMessage;
import io.parley.contract.GatewayMessage.CircuitState;
import io.parley.contract.Problem;
import io.parley.contract.ProviderMessage;
import io.parley.gateway.limit.AdmissionQueue;
import io.parley.gateway.limit.ProviderLimiter;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Holds the state of all providers of the gateway, probes unhealthy and idle ones, and reports their status. */
public final class ProviderRegistry {

    private final Bus bus;
    private final LongSupplier nanos;
    private final Duration probeAfter;
    private final Map<String, ProviderState> providers = new LinkedHashMap<>();

    public ProviderRegistry(
            Vertx vertx, Bus bus, GatewayConfig config, List<ProviderConfig> configs, LongSupplier nanos) {
        this.bus = bus;
        this.nanos = nanos;
        this.probeAfter = config.probeInterval();
        configs.forEach(provider -> providers.put(
                provider.name(),
                new ProviderState(
                        provider,
                        nanos,
                        new ProviderLimiter(config.limits(), nanos),
                        new ProviderCircuitBreaker(vertx, provider.name(), config.breaker()))));
    }

    public Map<String, ProviderState> byName() {
        return providers;
    }

    public Map<String, ProviderLimiter> limiters() {
        return providers.values().stream()
                .collect(Collectors.toUnmodifiableMap(ProviderState::name, ProviderState::limiter));
    }

    public boolean isHealthy(String name) {
        return Optional.ofNullable(providers.get(name))
                .filter(ProviderState::isHealthy)
                .isPresent();
    }

    /** Whether the circuit of the provider is closed or half-open, so that at least occasional calls are permitted. */
    public boolean reachable(String name) {
        return Optional.ofNullable(providers.get(name))
                .filter(provider -> provider.breaker().state() != CircuitState.OPEN)
                .isPresent();
    }

    public OptionalDouble latency(String name) {
        return Optional.ofNullable(providers.get(name))
                .map(provider -> provider.latencies().expected(nanos.getAsLong()))
                .orElseGet(OptionalDouble::empty);
    }

    /** Applies the rate limits that a provider has reported. */
    public void onRateLimits(ProviderMessage.RateLimitsReported limits) {
        Optional.ofNullable(providers.get(limits.provider()))
                .ifPresent(provider -> provider.limiter().update(limits));
    }

    /** Probes the providers that are unhealthy or had no success for a while. */
    public void probe() {
        providers.values().stream()
                .filter(provider -> !provider.isHealthy() || provider.health().idleFor(probeAfter, nanos.getAsLong()))
                .forEach(this::probe);
    }

    private void probe(ProviderState provider) {
        bus.request(Addresses.providerProbe(provider.name()), new ProviderMessage.Probe())
                .onSuccess(_ -> provider.health().onProbeSuccess(nanos.getAsLong()))
                .onFailure(cause -> {
                    if (Problem.of(cause) instanceof Problem.ProviderFailed failed) {
                        provider.health().onFailure(failed.fault(), failed.retryAfter(), nanos.getAsLong());
                    }
                });
    }

    /** The retry and fallback counts of each provider. */
    public List<GatewayMessage.RetryStats> retryStats() {
        return providers.values().stream().map(ProviderState::retryStats).toList();
    }

    /** The status of each provider; {@code admission} supplies the number of queued requests. */
    public List<GatewayMessage.ProviderStatus> status(AdmissionQueue admission) {
        return providers.values().stream()
                .map(provider -> new GatewayMessage.ProviderStatus(
                        provider.name(),
                        provider.isHealthy(),
                        provider.breaker().state(),
                        provider.latencies().percentile(0.5),
                        provider.latencies().percentile(0.95),
                        provider.health().lastError(),
                        provider.limiter().requestsRemaining(),
                        provider.limiter().tokensRemaining(),
                        provider.limiter().inFlight(),
                        admission.queuedFor(provider.name())))
                .toList();
    }
}
