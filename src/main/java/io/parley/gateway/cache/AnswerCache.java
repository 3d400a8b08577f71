package io.parley.gateway.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.parley.config.GatewayConfig;
import io.parley.contract.GatewayMessage.Open;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/** Caches complete answers by the digest of their request, bounded in size and age. */
public final class AnswerCache {

    private final GatewayConfig.Cache config;
    private final Cache<String, CachedAnswer> entries;

    public AnswerCache(GatewayConfig.Cache config, LongSupplier nanos) {
        this.config = config;
        this.entries = Caffeine.newBuilder()
                .maximumWeight(config.maxBytes())
                .<String, CachedAnswer>weigher((_, answer) -> answer.bytes())
                .expireAfterWrite(config.ttl())
                .ticker(nanos::getAsLong)
                .executor(Runnable::run) // on the gateway's event loop, the only user
                .build();
    }

    /** Whether the request may be answered from the cache. */
    boolean allows(Open open) {
        OptionalDouble temperature = open.prompt().options().temperature();
        boolean lowTemperature = temperature.isPresent() && temperature.getAsDouble() <= config.maxTemperature();
        return config.maxBytes() > 0
                && switch (open.options().cachePolicy()) {
                    case NEVER -> false;
                    case DEFAULT -> lowTemperature;
                    case PREFERRED -> true;
                };
    }

    Optional<CachedAnswer> get(String key) {
        return Optional.ofNullable(entries.getIfPresent(key));
    }

    void put(String key, CachedAnswer answer) {
        entries.put(key, answer);
    }
}
