package io.parley.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which vendor answers, when, and how often.
 *
 * @param provider who answers when nobody says; with its own default model unless {@code model} is set
 * @param strategy how the first of several targets is chosen
 * @param models names that stand for one or several targets
 * @param limits those of each target
 * @param probe how long a target may be silent before it is looked at
 * @param midAnswerFallback whether an answer that breaks in the middle may be begun anew elsewhere
 */
public record GatewayConfig(
        String provider,
        Optional<String> model,
        Strategy strategy,
        Map<String, Alias> models,
        Limits limits,
        Queue queue,
        Cache cache,
        Retry retry,
        Breaker breaker,
        Duration probe,
        boolean midAnswerFallback) {

    public GatewayConfig {
        models = Map.copyOf(models);
        ConfigErrors mistakes = new ConfigErrors();
        mistakes.unlessPositive(probe, "gateway.probe");
        mistakes.throwIfAny();
    }

    /** Everything else as it is when nobody says. */
    public GatewayConfig(String provider, Optional<String> model) {
        this(
                provider,
                model,
                Strategy.HEALTH,
                Map.of(),
                Limits.USUAL,
                Queue.USUAL,
                Cache.USUAL,
                Retry.USUAL,
                Breaker.USUAL,
                Duration.ofSeconds(30),
                true);
    }

    /** How the first of several targets is chosen; whatever the strategy, a target that is not well comes last. */
    public enum Strategy {
        /** The configured order. */
        HEALTH,
        ROUND_ROBIN,
        /** By weight. */
        RANDOM,
        /** The quickest to the first token. */
        LATENCY,
        /** The cheapest; one whose price is not known comes last. */
        COST
    }

    /** A name for targets, each written {@code provider/model} or {@code provider}. */
    public record Alias(List<String> targets, Strategy strategy) {
        public Alias {
            targets = List.copyOf(targets);
        }
    }

    /** What one target may be given. */
    public record Limits(OptionalInt requestsPerMinute, OptionalInt tokensPerMinute, int maxConcurrent) {

        public static final Limits USUAL = new Limits(OptionalInt.empty(), OptionalInt.empty(), 1000);

        public Limits {
            ConfigErrors mistakes = new ConfigErrors();
            mistakes.unless(
                    requestsPerMinute.orElse(1) > 0, "gateway.requests-per-minute", "must be greater than 0, or blank");
            mistakes.unless(
                    tokensPerMinute.orElse(1) > 0, "gateway.tokens-per-minute", "must be greater than 0, or blank");
            mistakes.unless(
                    maxConcurrent > 0, "gateway.max-concurrent", "must be greater than 0, not " + maxConcurrent);
            mistakes.throwIfAny();
        }
    }

    /** How many requests may wait, and how long. */
    public record Queue(int size, Duration deadline) {

        public static final Queue USUAL = new Queue(1000, Duration.ofSeconds(30));

        public Queue {
            ConfigErrors mistakes = new ConfigErrors();
            mistakes.unless(size >= 0, "gateway.queue.size", "must not be less than 0, as " + size);
            mistakes.unlessPositive(deadline, "gateway.queue.deadline");
            mistakes.throwIfAny();
        }
    }

    /**
     * Which answers are kept for the same question.
     *
     * @param size most bytes of all that is kept; 0 keeps nothing
     */
    public record Cache(int size, Duration ttl, double maxTemperature) {

        public static final Cache USUAL = new Cache(16 << 20, Duration.ofMinutes(10), 0);

        public Cache {
            ConfigErrors mistakes = new ConfigErrors();
            mistakes.unlessPositive(ttl, "gateway.cache.ttl");
            mistakes.throwIfAny();
        }
    }

    /** How long to wait before the first repetition, and at most. */
    public record Retry(Duration pause, Duration longestPause) {

        public static final Retry USUAL = new Retry(Duration.ofMillis(250), Duration.ofSeconds(4));

        public Retry {
            ConfigErrors mistakes = new ConfigErrors();
            mistakes.unlessPositive(pause, "gateway.retry.pause");
            mistakes.unlessPositive(longestPause, "gateway.retry.longest-pause");
            mistakes.throwIfAny();
        }
    }

    /** A target that fails so often among its last calls is left alone for a while. */
    public record Breaker(int failures, int calls, Duration pause) {

        public static final Breaker USUAL = new Breaker(10, 20, Duration.ofSeconds(10));

        public Breaker {
            ConfigErrors mistakes = new ConfigErrors();
            mistakes.unless(
                    failures > 0 && failures <= calls,
                    "gateway.breaker.failures",
                    "must be from 1 to gateway.breaker.calls, not " + failures);
            mistakes.unlessPositive(pause, "gateway.breaker.pause");
            mistakes.throwIfAny();
        }
    }
}
