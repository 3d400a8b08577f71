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
 * @param probeInterval how long a target may be silent before it is looked at
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
        Duration probeInterval,
        boolean midAnswerFallback) {

    public GatewayConfig {
        models = Map.copyOf(models);
        ConfigErrors errors = new ConfigErrors();
        errors.checkPositive(probeInterval, "gateway.probe");
        errors.throwIfAny();
    }

    /** Everything else as it is when nobody says. */
    public GatewayConfig(String provider, Optional<String> model) {
        this(
                provider,
                model,
                Strategy.HEALTH,
                Map.of(),
                Limits.DEFAULT,
                Queue.DEFAULT,
                Cache.DEFAULT,
                Retry.DEFAULT,
                Breaker.DEFAULT,
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

        public static final Limits DEFAULT = new Limits(OptionalInt.empty(), OptionalInt.empty(), 1000);

        public Limits {
            ConfigErrors errors = new ConfigErrors();
            errors.checkSetting(
                    requestsPerMinute.orElse(1) > 0, "gateway.requests-per-minute", "must be greater than 0, or blank");
            errors.checkSetting(
                    tokensPerMinute.orElse(1) > 0, "gateway.tokens-per-minute", "must be greater than 0, or blank");
            errors.checkSetting(
                    maxConcurrent > 0, "gateway.max-concurrent", "must be greater than 0, not " + maxConcurrent);
            errors.throwIfAny();
        }
    }

    /** How many requests may wait, and how long. */
    public record Queue(int size, Duration timeout) {

        public static final Queue DEFAULT = new Queue(1000, Duration.ofSeconds(30));

        public Queue {
            ConfigErrors errors = new ConfigErrors();
            errors.checkSetting(size >= 0, "gateway.queue.size", "must not be less than 0, as " + size);
            errors.checkPositive(timeout, "gateway.queue.deadline");
            errors.throwIfAny();
        }
    }

    /**
     * Which answers are kept for the same question.
     *
     * @param maxBytes most bytes of all that is kept; 0 keeps nothing
     */
    public record Cache(int maxBytes, Duration ttl, double maxTemperature) {

        public static final Cache DEFAULT = new Cache(16 << 20, Duration.ofMinutes(10), 0);

        public Cache {
            ConfigErrors errors = new ConfigErrors();
            errors.checkPositive(ttl, "gateway.cache.ttl");
            errors.throwIfAny();
        }
    }

    /** How long to wait before the first repetition, and at most. */
    public record Retry(Duration delay, Duration maxDelay) {

        public static final Retry DEFAULT = new Retry(Duration.ofMillis(250), Duration.ofSeconds(4));

        public Retry {
            ConfigErrors errors = new ConfigErrors();
            errors.checkPositive(delay, "gateway.retry.pause");
            errors.checkPositive(maxDelay, "gateway.retry.longest-pause");
            errors.throwIfAny();
        }
    }

    /** A target that fails so often among its last calls is left alone for a while. */
    public record Breaker(int failureThreshold, int windowSize, Duration resetTimeout) {

        public static final Breaker DEFAULT = new Breaker(10, 20, Duration.ofSeconds(10));

        public Breaker {
            ConfigErrors errors = new ConfigErrors();
            errors.checkSetting(
                    failureThreshold > 0 && failureThreshold <= windowSize,
                    "gateway.breaker.failures",
                    "must be from 1 to gateway.breaker.calls, not " + failureThreshold);
            errors.checkPositive(resetTimeout, "gateway.breaker.pause");
            errors.throwIfAny();
        }
    }
}
