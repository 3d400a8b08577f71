package io.parley.gateway.limit;

import io.parley.config.GatewayConfig.Limits;
import io.parley.contract.ProviderMessage.RateLimitsReported;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Limits the calls to one provider: concurrent calls, requests and tokens per minute, and the quota that the provider reports. Does not queue. */
public final class ProviderLimiter {

    private static final Duration MIN_RETRY_DELAY = Duration.ofMillis(1);

    private final int maxInFlight;
    private final RateLimitBuckets rateLimits;
    private final ProviderQuota requests;
    private final ProviderQuota tokens;
    private int inFlight;

    public ProviderLimiter(Limits limits, LongSupplier nanos) {
        this.maxInFlight = limits.maxConcurrent();
        this.rateLimits = new RateLimitBuckets(limits.requestsPerMinute(), limits.tokensPerMinute(), nanos);
        this.requests = new ProviderQuota(nanos);
        this.tokens = new ProviderQuota(nanos);
    }

    /** Acquires capacity for one call of about {@code estimate} tokens from all limits, or from none if one of them is exhausted. */
    boolean tryAcquire(long estimate) {
        boolean allowed = inFlight < maxInFlight && delay(estimate).isZero();
        if (allowed) {
            inFlight++;
            rateLimits.consume(1, estimate);
            requests.acquire(1);
            tokens.acquire(estimate);
        }
        return allowed;
    }

    /** Releases the capacity of a call and corrects the charged estimate by the tokens used. */
    public void release(long estimate, long used) {
        inFlight--;
        rateLimits.correct(estimate, used);
        tokens.acquire(used - estimate);
    }

    /** Applies the rate limits that the provider has reported. */
    public void update(RateLimitsReported limits) {
        limits.requests().ifPresent(requests::update);
        limits.tokens().ifPresent(tokens::update);
    }

    /**
     * The delay after which a rejected call should be tried again; empty at the maximum of concurrent calls, because the next release tries
     * again. Never zero: time passes between a rejection and this question, so the rates may allow the call by now.
     */
    Optional<Duration> retryDelay(long estimate) {
        return inFlight < maxInFlight ? Optional.of(max(delay(estimate), MIN_RETRY_DELAY)) : Optional.empty();
    }

    /** The delay until the rates allow the call. Ignores the limit on concurrent calls. */
    Duration delay(long estimate) {
        return max(rateLimits.delay(1, estimate), max(requests.delay(1), tokens.delay(estimate)));
    }

    public int inFlight() {
        return inFlight;
    }

    /** The remaining requests that the provider has reported; empty if unknown or too old. */
    public OptionalLong requestsRemaining() {
        return requests.remaining();
    }

    public OptionalLong tokensRemaining() {
        return tokens.remaining();
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
