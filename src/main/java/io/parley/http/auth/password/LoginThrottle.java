package io.parley.http.auth.password;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.parley.bus.MonotonicTimeMeter;
import io.parley.contract.Problem;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Limits the failed logins of a client per minute. Counts an attempt when it starts; otherwise many could run at once.
 * Lives on one event loop.
 */
final class LoginThrottle {

    private static final int MAX_ATTEMPTS = 5;
    private static final int MAX_CLIENTS = 100_000;
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final LoadingCache<String, Bucket> failures;

    LoginThrottle(LongSupplier nanos) {
        this.failures = Caffeine.newBuilder()
                .maximumSize(MAX_CLIENTS)
                .expireAfterAccess(WINDOW)
                .executor(Runnable::run)
                .ticker(nanos::getAsLong)
                .build(_ -> Bucket.builder()
                        .addLimit(limit -> limit.capacity(MAX_ATTEMPTS).refillIntervally(MAX_ATTEMPTS, WINDOW))
                        .withCustomTimePrecision(new MonotonicTimeMeter(nanos))
                        .build());
    }

    /** Counts an attempt of {@code client}; throws {@link Problem.RateLimited} if the client has reached the limit. */
    void addFailure(String client) {
        ConsumptionProbe probe = failures.get(client).tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            throw new Problem.RateLimited(Duration.ofNanos(probe.getNanosToWaitForRefill())).toException();
        }
    }

    /** Removes an attempt that did not fail from the count. */
    void removeFailure(String client) {
        Optional.ofNullable(failures.getIfPresent(client)).ifPresent(bucket -> bucket.addTokens(1));
    }
}
