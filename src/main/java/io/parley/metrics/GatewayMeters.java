package io.parley.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.parley.contract.GatewayMessage;
import io.parley.contract.GatewayMessage.CircuitState;
import io.parley.contract.GatewayMessage.Stats;
import io.parley.contract.GatewayMessage.RetryStats;
import io.parley.contract.GatewayMessage.Status;
import io.parley.contract.WireName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** Meters of the gateway and its providers, from the gateway's last replies. */
final class GatewayMeters {

    private final MeterRegistry registry;
    private final KnownLabels names;
    private final Map<String, ProviderSample> targets = new HashMap<>();
    private Stats counts = new Stats(0, 0, 0, 0, 0, 0, 0, 0, List.of());

    GatewayMeters(MeterRegistry registry, KnownLabels names) {
        this.registry = registry;
        this.names = names;
        Gauge.builder("parley.queue.waiting", this, meters -> meters.counts.waiting())
                .description("Requests queued for a provider")
                .register(registry);
        FunctionTimer.builder(
                        "parley.queue.wait",
                        this,
                        meters -> meters.counts.admitted(),
                        meters -> meters.counts.waitedMillis(),
                        TimeUnit.MILLISECONDS)
                .description("Time that admitted requests were queued")
                .register(registry);
        counter(
                "parley.queue.refused",
                Tags.empty(),
                Stats::refused,
                "Requests rejected because the queue was too long");
        counter(
                "parley.restarts",
                Tags.empty(),
                Stats::restarted,
                "Answers that failed mid-stream and were restarted");
        cache("hit", Stats::kept);
        cache("joined", Stats::joined);
        cache("miss", Stats::missed);
    }

    /** Replaces the status of all providers. */
    void fares(Status state) {
        state.providers().forEach(provider -> target(provider.name()).now = provider);
    }

    /** Replaces the gateway's counters. */
    void counted(Stats now) {
        counts = now;
        now.detours().forEach(detours -> target(detours.provider()).detours = detours);
    }

    private ProviderSample target(String name) {
        return targets.computeIfAbsent(name, this::added);
    }

    private ProviderSample added(String name) {
        ProviderSample target = new ProviderSample(name);
        Tags tags = names.of(name);
        FunctionCounter.builder("parley.retries", target, each -> each.detours.repeated())
                .tags(tags)
                .description("Calls that failed at a provider and were retried there")
                .register(registry);
        FunctionCounter.builder("parley.fallbacks", target, each -> each.detours.left())
                .tags(tags)
                .description("Calls that failed at a provider and fell back to another")
                .register(registry);
        gauge(
                target,
                tags,
                "parley.provider.healthy",
                each -> each.now.healthy() ? 1 : 0,
                "Whether a provider is healthy: 1 or 0");
        gauge(target, tags, "parley.provider.running", each -> each.now.running(), "Calls in flight");
        for (CircuitState circuit : CircuitState.values()) {
            gauge(
                    target,
                    tags.and("state", WireName.of(circuit)),
                    "parley.breaker.state",
                    each -> each.now.breaker() == circuit ? 1 : 0,
                    "State of a provider's circuit breaker: 1 for the current state, else 0");
        }
        return target;
    }

    private void gauge(ProviderSample target, Tags tags, String name, ToDoubleFunction<ProviderSample> value, String meaning) {
        Gauge.builder(name, target, value).tags(tags).description(meaning).register(registry);
    }

    private void cache(String outcome, ToDoubleFunction<Stats> value) {
        counter("parley.cache.answers", Tags.of("outcome", outcome), value, "Cacheable requests, by cache outcome");
    }

    private void counter(String name, Tags tags, ToDoubleFunction<Stats> value, String meaning) {
        FunctionCounter.builder(name, this, meters -> value.applyAsDouble(meters.counts))
                .tags(tags)
                .description(meaning)
                .register(registry);
    }

    /** The last known status and retry counters of one provider. */
    private static final class ProviderSample {
        private GatewayMessage.ProviderStatus now;
        private RetryStats detours;

        ProviderSample(String name) {
            this.now = new GatewayMessage.ProviderStatus(
                    name,
                    false,
                    CircuitState.CLOSED,
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    Optional.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    0,
                    0);
            this.detours = new RetryStats(name, 0, 0);
        }
    }
}
