package io.parley.gateway;

import io.parley.bus.Bus;
import io.parley.config.GatewayConfig;
import io.parley.config.ProviderConfig;
import io.parley.contract.Addresses;
import io.parley.contract.GatewayMessage;
import io.parley.contract.GatewayMessage.CircuitState;
import io.parley.contract.Problem;
import io.parley.contract.ProviderMessage;
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
final class ProviderRegistry {

    private final Bus bus;
    private final LongSupplier nanos;
    private final Duration silence;
    private final Map<String, ProviderState> all = new LinkedHashMap<>();

    ProviderRegistry(Vertx vertx, Bus bus, GatewayConfig config, List<ProviderConfig> vendors, LongSupplier nanos) {
        this.bus = bus;
        this.nanos = nanos;
        this.silence = config.probe();
        vendors.forEach(vendor -> all.put(
                vendor.name(),
                new ProviderState(
                        vendor,
                        nanos,
                        new ProviderLimiter(config.limits(), nanos),
                        new ProviderCircuitBreaker(vertx, vendor.name(), config.breaker()))));
    }

    Map<String, ProviderState> byName() {
        return all;
    }

    Map<String, ProviderLimiter> gates() {
        return all.values().stream().collect(Collectors.toUnmodifiableMap(ProviderState::name, ProviderState::gate));
    }

    boolean well(String name) {
        return Optional.ofNullable(all.get(name)).filter(ProviderState::well).isPresent();
    }

    /** Whether calls go there, at least one now and then. */
    boolean reachable(String name) {
        return Optional.ofNullable(all.get(name))
                .filter(target -> target.breaker().state() != CircuitState.OPEN)
                .isPresent();
    }

    OptionalDouble latency(String name) {
        return Optional.ofNullable(all.get(name))
                .map(target -> target.latencies().expected(nanos.getAsLong()))
                .orElseGet(OptionalDouble::empty);
    }

    /** A vendor has said how fast it may be asked. */
    void heard(ProviderMessage.RateLimitsReported news) {
        Optional.ofNullable(all.get(news.provider()))
                .ifPresent(target -> target.gate().heard(news));
    }

    /** Look at those that are not well, or that nothing was heard of for a while. */
    void probe() {
        all.values().stream()
                .filter(target -> !target.well() || target.pulse().silentFor(silence, nanos.getAsLong()))
                .forEach(this::probe);
    }

    private void probe(ProviderState target) {
        bus.ask(Addresses.providerProbe(target.name()), new ProviderMessage.Probe())
                .onSuccess(_ -> target.pulse().answers(nanos.getAsLong()))
                .onFailure(cause -> {
                    if (Problem.of(cause) instanceof Problem.ProviderFailed failed) {
                        target.pulse().fails(failed.fault(), failed.pause(), nanos.getAsLong());
                    }
                });
    }

    /** What became of the calls that failed, by target. */
    List<GatewayMessage.RetryStats> detours() {
        return all.values().stream().map(ProviderState::detours).toList();
    }

    /** How each fares; {@code admission} knows who waits for it. */
    List<GatewayMessage.ProviderStatus> fares(AdmissionQueue admission) {
        return all.values().stream()
                .map(target -> new GatewayMessage.ProviderStatus(
                        target.name(),
                        target.well(),
                        target.breaker().state(),
                        target.latencies().percentile(0.5),
                        target.latencies().percentile(0.95),
                        target.pulse().lastError(),
                        target.gate().requestsLeft(),
                        target.gate().tokensLeft(),
                        target.gate().running(),
                        admission.waitingFor(target.name())))
                .toList();
    }
}
