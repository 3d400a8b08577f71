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

/** All targets of the gateway: looks after those that nothing was heard of, and tells how each fares. */
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

    /** Whether calls go there, at least one now and then. */
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

    /** A vendor has said how fast it may be asked. */
    public void onRateLimits(ProviderMessage.RateLimitsReported limits) {
        Optional.ofNullable(providers.get(limits.provider()))
                .ifPresent(provider -> provider.limiter().update(limits));
    }

    /** Look at those that are not well, or that nothing was heard of for a while. */
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

    /** What became of the calls that failed, by target. */
    public List<GatewayMessage.RetryStats> retryStats() {
        return providers.values().stream().map(ProviderState::retryStats).toList();
    }

    /** How each fares; {@code admission} knows who waits for it. */
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
