package io.parley.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.parley.contract.GatewayMessage;
import io.parley.contract.GatewayMessage.Circuit;
import io.parley.contract.GatewayMessage.Counts;
import io.parley.contract.GatewayMessage.Detours;
import io.parley.contract.GatewayMessage.State;
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
    private final Map<String, Target> targets = new HashMap<>();
    private Counts counts = new Counts(0, 0, 0, 0, 0, 0, 0, 0, List.of());

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
                Counts::refused,
                "Requests rejected because the queue was too long");
        counter(
                "parley.restarts",
                Tags.empty(),
                Counts::restarted,
                "Answers that failed mid-stream and were restarted");
        cache("hit", Counts::kept);
        cache("joined", Counts::joined);
        cache("miss", Counts::missed);
    }

    /** Replaces the status of all providers. */
    void fares(State state) {
        state.providers().forEach(provider -> target(provider.name()).now = provider);
    }

    /** Replaces the gateway's counters. */
    void counted(Counts now) {
        counts = now;
        now.detours().forEach(detours -> target(detours.provider()).detours = detours);
    }

    private Target target(String name) {
        return targets.computeIfAbsent(name, this::added);
    }

    private Target added(String name) {
        Target target = new Target(name);
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
        for (Circuit circuit : Circuit.values()) {
            gauge(
                    target,
                    tags.and("state", WireName.of(circuit)),
                    "parley.breaker.state",
                    each -> each.now.breaker() == circuit ? 1 : 0,
                    "State of a provider's circuit breaker: 1 for the current state, else 0");
        }
        return target;
    }

    private void gauge(Target target, Tags tags, String name, ToDoubleFunction<Target> value, String meaning) {
        Gauge.builder(name, target, value).tags(tags).description(meaning).register(registry);
    }

    private void cache(String outcome, ToDoubleFunction<Counts> value) {
        counter("parley.cache.answers", Tags.of("outcome", outcome), value, "Cacheable requests, by cache outcome");
    }

    private void counter(String name, Tags tags, ToDoubleFunction<Counts> value, String meaning) {
        FunctionCounter.builder(name, this, meters -> value.applyAsDouble(meters.counts))
                .tags(tags)
                .description(meaning)
                .register(registry);
    }

    /** The last known status and retry counters of one provider. */
    private static final class Target {
        private GatewayMessage.Provider now;
        private Detours detours;

        Target(String name) {
            this.now = new GatewayMessage.Provider(
                    name,
                    false,
                    Circuit.CLOSED,
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    Optional.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    0,
                    0);
            this.detours = new Detours(name, 0, 0);
        }
    }
}
