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

/** What the gateway has had to do, and how its targets fare, as it said last. */
final class GatewayMeters {

    private final MeterRegistry registry;
    private final Names names;
    private final Map<String, Target> targets = new HashMap<>();
    private Counts counts = new Counts(0, 0, 0, 0, 0, 0, 0, 0, List.of());

    GatewayMeters(MeterRegistry registry, Names names) {
        this.registry = registry;
        this.names = names;
        Gauge.builder("parley.queue.waiting", this, meters -> meters.counts.waiting())
                .description("Requests that wait to be let in at a target")
                .register(registry);
        FunctionTimer.builder(
                        "parley.queue.wait",
                        this,
                        meters -> meters.counts.admitted(),
                        meters -> meters.counts.waitedMillis(),
                        TimeUnit.MILLISECONDS)
                .description("How long requests that were let in have waited for it")
                .register(registry);
        counter("parley.queue.refused", Tags.empty(), Counts::refused, "Requests for which the queue was too long");
        counter("parley.restarts", Tags.empty(), Counts::restarted, "Answers that broke and were begun anew");
        cache("hit", Counts::kept);
        cache("joined", Counts::joined);
        cache("miss", Counts::missed);
    }

    /** How things stand. */
    void fares(State state) {
        state.providers().forEach(provider -> target(provider.name()).now = provider);
    }

    /** What has been done. */
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
                .description("Calls that failed at a provider and were repeated there")
                .register(registry);
        FunctionCounter.builder("parley.fallbacks", target, each -> each.detours.left())
                .tags(tags)
                .description("Calls that failed at a provider and went elsewhere")
                .register(registry);
        gauge(
                target,
                tags,
                "parley.provider.healthy",
                each -> each.now.healthy() ? 1 : 0,
                "Whether a provider is well");
        gauge(target, tags, "parley.provider.running", each -> each.now.running(), "Calls that have not ended");
        for (Circuit circuit : Circuit.values()) {
            gauge(
                    target,
                    tags.and("state", WireName.of(circuit)),
                    "parley.breaker.state",
                    each -> each.now.breaker() == circuit ? 1 : 0,
                    "1 for the state that a provider's circuit breaker is in");
        }
        return target;
    }

    private void gauge(Target target, Tags tags, String name, ToDoubleFunction<Target> value, String meaning) {
        Gauge.builder(name, target, value).tags(tags).description(meaning).register(registry);
    }

    private void cache(String outcome, ToDoubleFunction<Counts> value) {
        counter(
                "parley.cache.answers",
                Tags.of("outcome", outcome),
                value,
                "Questions that a kept answer might do for");
    }

    private void counter(String name, Tags tags, ToDoubleFunction<Counts> value, String meaning) {
        FunctionCounter.builder(name, this, meters -> value.applyAsDouble(meters.counts))
                .tags(tags)
                .description(meaning)
                .register(registry);
    }

    /** What was said last of one target. */
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
