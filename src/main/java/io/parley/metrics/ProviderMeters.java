package io.parley.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.parley.contract.Problem;
import io.parley.contract.Usage;
import io.parley.contract.UsageMessage.AttemptEnded;
import io.parley.contract.UsageMessage.UsageRecorded;
import java.time.Duration;
import java.util.List;

/**
 * Meters of provider calls: duration, tokens and cost, named according to the OpenTelemetry conventions for generative
 * AI.
 */
final class ProviderMeters {

    private static final String OPERATION = "gen_ai.operation.name";
    private static final String CHAT = "chat";
    private static final String TOKENS = "gen_ai.client.inference.usage.";
    private static final double MICROS_PER_USD = 1e6;

    /** Milliseconds, as the conventions recommend. */
    private static final List<Integer> BUCKETS =
            List.of(10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10240, 20480, 40960, 81920);

    private final KnownLabels names;
    private final MeterProvider<Timer> duration;
    private final MeterProvider<Timer> firstChunk;
    private final MeterProvider<Counter> input;
    private final MeterProvider<Counter> output;
    private final MeterProvider<Counter> cacheRead;
    private final MeterProvider<Counter> cacheWrite;
    private final MeterProvider<Counter> reasoning;
    private final MeterProvider<Counter> cost;
    private final MeterProvider<Counter> unpriced;
    private final MeterProvider<Counter> estimated;

    ProviderMeters(MeterRegistry registry, KnownLabels names) {
        this.names = names;
        this.duration = timer(registry, "gen_ai.client.operation.duration", "Duration of provider calls");
        this.firstChunk = timer(
                registry, "gen_ai.client.operation.time_to_first_chunk", "Time to the first token of provider calls");
        this.input = tokens(registry, "input_tokens", "Input tokens, including cached ones");
        this.output = tokens(registry, "output_tokens", "Output tokens, including reasoning");
        this.cacheRead = tokens(registry, "cache_read.input_tokens", "Input tokens read from provider caches");
        this.cacheWrite = tokens(registry, "cache_write.input_tokens", "Input tokens written to provider caches");
        this.reasoning = tokens(registry, "reasoning.output_tokens", "Output tokens used for reasoning");
        this.cost = counter(registry, "parley.cost.usd", "Cost of recorded attempts in US dollars");
        this.unpriced = counter(registry, "parley.cost.unknown", "Recorded attempts without a known price");
        this.estimated = counter(registry, "parley.usage.estimated", "Recorded attempts whose tokens are estimated");
    }

    void attemptEnded(AttemptEnded attempt) {
        Tags tags = names.of(attempt.provider(), attempt.model()).and(OPERATION, CHAT);
        String errorType = attempt.problem().map(ProviderMeters::errorType).orElse("none");
        duration.withTags(tags.and("error.type", errorType)).record(Duration.ofMillis(attempt.durationMillis()));
        if (attempt.firstTokenMillis() >= 0) {
            firstChunk.withTags(tags).record(Duration.ofMillis(attempt.firstTokenMillis()));
        }
    }

    void usageRecorded(UsageRecorded recorded) {
        Usage usage = recorded.attempt().usage();
        Tags tags = names.of(recorded.attempt().provider(), recorded.attempt().model());
        Tags text = tags.and(OPERATION, CHAT).and("gen_ai.token.modality", "text");
        input.withTags(text).increment((double) usage.inputTokens());
        output.withTags(text).increment((double) usage.outputTokens());
        cacheRead.withTags(text).increment((double) usage.cachedTokens());
        cacheWrite.withTags(text).increment((double) usage.cacheWriteTokens());
        reasoning.withTags(text).increment((double) usage.reasoningTokens());
        cost.withTags(tags).increment(usage.costMicros().orElse(0) / MICROS_PER_USD);
        unpriced.withTags(tags).increment(usage.costMicros().isPresent() ? 0 : 1);
        estimated.withTags(tags).increment(usage.estimated() ? 1 : 0);
    }

    private static String errorType(Problem problem) {
        return problem instanceof Problem.ProviderFailed failed ? failed.fault().wireName() : problem.code();
    }

    private static MeterProvider<Timer> timer(MeterRegistry registry, String name, String description) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(BUCKETS.stream().map(Duration::ofMillis).toArray(Duration[]::new))
                .withRegistry(registry);
    }

    private static MeterProvider<Counter> tokens(MeterRegistry registry, String name, String description) {
        return counter(registry, TOKENS + name, description);
    }

    private static MeterProvider<Counter> counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).withRegistry(registry);
    }
}
