package io.parley.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.parley.config.GatewayConfig;
import io.parley.contract.GatewayMessage.Open;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/** Whole answers by the digest of their question, bounded in size and age. */
final class AnswerCache {

    private final GatewayConfig.Cache config;
    private final Cache<String, CachedAnswer> answers;

    AnswerCache(GatewayConfig.Cache config, LongSupplier nanos) {
        this.config = config;
        this.answers = Caffeine.newBuilder()
                .maximumWeight(config.size())
                .<String, CachedAnswer>weigher((_, kept) -> kept.bytes())
                .expireAfterWrite(config.ttl())
                .ticker(nanos::getAsLong)
                .executor(Runnable::run) // all of it is the gateway's event loop's
                .build();
    }

    /** Whether another answer to the same question would be as good. */
    boolean allows(Open open) {
        OptionalDouble temperature = open.prompt().temperature();
        boolean cold = temperature.isPresent() && temperature.getAsDouble() <= config.maxTemperature();
        return config.size() > 0
                && switch (open.terms().caching()) {
                    case NEVER -> false;
                    case USUAL -> cold;
                    case WANTED -> true;
                };
    }

    Optional<CachedAnswer> answer(String key) {
        return Optional.ofNullable(answers.getIfPresent(key));
    }

    void keep(String key, CachedAnswer answer) {
        answers.put(key, answer);
    }
}
