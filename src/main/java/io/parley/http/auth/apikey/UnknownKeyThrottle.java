package io.parley.http.auth.apikey;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.parley.bus.MonotonicTimeMeter;
import io.parley.contract.Problem;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Limits lookups of unknown keys per address and minute. Lives on one event loop. */
public final class UnknownKeyThrottle {

    /** High, because many programs may share one address, each with an expired key. */
    public static final int MAX_PER_MINUTE = 100;

    private static final int MAX_ADDRESSES = 100_000;
    private static final Duration PERIOD = Duration.ofMinutes(1);

    private final LoadingCache<String, Bucket> buckets;

    UnknownKeyThrottle(LongSupplier nanos) {
        this.buckets = Caffeine.newBuilder()
                .maximumSize(MAX_ADDRESSES)
                .expireAfterAccess(PERIOD.multipliedBy(2))
                .executor(Runnable::run)
                .ticker(nanos::getAsLong)
                .build(_ -> Bucket.builder()
                        .addLimit(limit -> limit.capacity(MAX_PER_MINUTE).refillGreedy(MAX_PER_MINUTE, PERIOD))
                        .withCustomTimePrecision(new MonotonicTimeMeter(nanos))
                        .build());
    }

    /** Throws {@link Problem.RateLimited} if {@code address} has reached the limit. */
    void check(String address) {
        long waitNanos = buckets.get(address).estimateAbilityToConsume(1).getNanosToWaitForRefill();
        if (waitNanos > 0) {
            throw new Problem.RateLimited(Duration.ofNanos(waitNanos)).toException();
        }
    }

    /** Counts an unknown key from {@code address}. */
    void recordUnknownKey(String address) {
        buckets.get(address).consumeIgnoringRateLimits(1);
    }
}
