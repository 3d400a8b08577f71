package io.parley.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.parley.contract.GatewayMessage;
import io.parley.contract.GatewayMessage.CircuitState;
import io.parley.contract.GatewayMessage.RetryStats;
import io.parley.contract.GatewayMessage.Stats;
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
    private final Map<String, ProviderSample> providers = new HashMap<>();
    private Stats stats = new Stats(0, 0, 0, 0, 0, 0, 0, 0, List.of());

    GatewayMeters(MeterRegistry registry, KnownLabels names) {
        this.registry = registry;
        this.names = names;
        Gauge.builder("parley.queue.waiting", this, meters -> meters.stats.queued())
                .description("Requests queued for a provider")
                .register(registry);
        FunctionTimer.builder(
                        "parley.queue.wait",
                        this,
                        meters -> meters.stats.admitted(),
                        meters -> meters.stats.queuedMillis(),
                        TimeUnit.MILLISECONDS)
                .description("Time that admitted requests were queued")
                .register(registry);
        counter(
                "parley.queue.refused",
                Tags.empty(),
                Stats::rejected,
                "Requests rejected because the queue was too long");
        counter("parley.restarts", Tags.empty(), Stats::restarts, "Answers that failed mid-stream and were restarted");
        cache("hit", Stats::cacheHits);
        cache("joined", Stats::cacheJoins);
        cache("miss", Stats::cacheMisses);
    }

    /** Replaces the status of all providers. */
    void updateStatus(Status status) {
        status.providers().forEach(latest -> provider(latest.name()).status = latest);
    }

    /** Replaces the gateway's counters. */
    void updateStats(Stats latest) {
        stats = latest;
        latest.retryStats().forEach(each -> provider(each.provider()).retryStats = each);
    }

    private ProviderSample provider(String providerName) {
        return providers.computeIfAbsent(providerName, this::register);
    }

    private ProviderSample register(String providerName) {
        ProviderSample sample = new ProviderSample(providerName);
        Tags tags = names.of(providerName);
        FunctionCounter.builder("parley.retries", sample, each -> each.retryStats.retries())
                .tags(tags)
                .description("Calls that failed at a provider and were retried there")
                .register(registry);
        FunctionCounter.builder("parley.fallbacks", sample, each -> each.retryStats.fallbacks())
                .tags(tags)
                .description("Calls that failed at a provider and fell back to another")
                .register(registry);
        gauge(
                sample,
                tags,
                "parley.provider.healthy",
                each -> each.status.healthy() ? 1 : 0,
                "Whether a provider is healthy: 1 or 0");
        gauge(sample, tags, "parley.provider.running", each -> each.status.inFlight(), "Calls in flight");
        for (CircuitState circuit : CircuitState.values()) {
            gauge(
                    sample,
                    tags.and("state", WireName.of(circuit)),
                    "parley.breaker.state",
                    each -> each.status.breaker() == circuit ? 1 : 0,
                    "State of a provider's circuit breaker: 1 for the current state, else 0");
        }
        return sample;
    }

    private void gauge(
            ProviderSample sample, Tags tags, String name, ToDoubleFunction<ProviderSample> value, String description) {
        Gauge.builder(name, sample, value).tags(tags).description(description).register(registry);
    }

    private void cache(String outcome, ToDoubleFunction<Stats> value) {
        counter("parley.cache.answers", Tags.of("outcome", outcome), value, "Cacheable requests, by cache outcome");
    }

    private void counter(String name, Tags tags, ToDoubleFunction<Stats> value, String description) {
        FunctionCounter.builder(name, this, meters -> value.applyAsDouble(meters.stats))
                .tags(tags)
                .description(description)
                .register(registry);
    }

    /** The last known status and retry counters of one provider. */
    private static final class ProviderSample {
        private GatewayMessage.ProviderStatus status;
        private RetryStats retryStats;

        ProviderSample(String name) {
            this.status = new GatewayMessage.ProviderStatus(
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
            this.retryStats = new RetryStats(name, 0, 0);
        }
    }
}
