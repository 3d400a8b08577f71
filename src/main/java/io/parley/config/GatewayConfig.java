package io.parley.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Configures which provider answers a request, within which limits, and what happens if it fails.
 *
 * @param provider the default provider; with its own default model unless {@code model} is set
 * @param strategy which of several providers comes first
 * @param models aliases of one or several models
 * @param limits the limits of each provider
 * @param probeInterval idle time before a health probe is sent to a provider
 * @param midAnswerFallback whether an answer that fails in the middle is generated again by another provider
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

    /** With the defaults for everything else. */
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

    /** Which of several providers comes first. With every strategy an unhealthy provider comes last. */
    public enum Strategy {
        /** The configured order. */
        HEALTH,
        ROUND_ROBIN,
        /** At random, by weight. */
        RANDOM,
        /** Lowest time to first token first. */
        LATENCY,
        /** Lowest price first; an unknown price comes last. */
        COST
    }

    /** An alias of one or several models, each written {@code provider/model} or {@code provider}. */
    public record Alias(List<String> targets, Strategy strategy) {
        public Alias {
            targets = List.copyOf(targets);
        }
    }

    /** The limits of one provider; an empty one means unlimited. */
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

    /** How many requests may wait for a provider, and how long. */
    public record Queue(int size, Duration timeout) {

        public static final Queue DEFAULT = new Queue(1000, Duration.ofSeconds(30));

        public Queue {
            ConfigErrors errors = new ConfigErrors();
            errors.checkSetting(size >= 0, "gateway.queue.size", "must be at least 0, not " + size);
            errors.checkPositive(timeout, "gateway.queue.deadline");
            errors.throwIfAny();
        }
    }

    /**
     * Which answers are cached for the same request of the same user.
     *
     * @param maxBytes maximum size of all cached answers; 0 disables the cache
     * @param maxTemperature requests above it, or without a temperature, are not cached
     */
    public record Cache(int maxBytes, Duration ttl, double maxTemperature) {

        public static final Cache DEFAULT = new Cache(16 << 20, Duration.ofMinutes(10), 0);

        public Cache {
            ConfigErrors errors = new ConfigErrors();
            errors.checkPositive(ttl, "gateway.cache.ttl");
            errors.throwIfAny();
        }
    }

    /** The delay before the first retry, which doubles with each retry, and its maximum. */
    public record Retry(Duration delay, Duration maxDelay) {

        public static final Retry DEFAULT = new Retry(Duration.ofMillis(250), Duration.ofSeconds(4));

        public Retry {
            ConfigErrors errors = new ConfigErrors();
            errors.checkPositive(delay, "gateway.retry.pause");
            errors.checkPositive(maxDelay, "gateway.retry.longest-pause");
            errors.throwIfAny();
        }
    }

    /** A provider with {@code failureThreshold} failures in {@code windowSize} calls is not called for {@code resetTimeout}. */
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
