package io.parley.gateway.limit;

import io.parley.config.GatewayConfig.Limits;
import io.parley.contract.ProviderMessage.RateLimitsReported;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** The limits of one target: calls at one time, requests and tokens a minute, and what the vendor says of its own. Knows nothing of who waits. */
public final class ProviderLimiter {

    private final int maxInFlight;
    private final ProviderRateLimits rateLimits;
    private final ProviderQuota requests;
    private final ProviderQuota tokens;
    private int inFlight;

    public ProviderLimiter(Limits limits, LongSupplier nanos) {
        this.maxInFlight = limits.maxConcurrent();
        this.rateLimits = new ProviderRateLimits(limits.requestsPerMinute(), limits.tokensPerMinute(), nanos);
        this.requests = new ProviderQuota(nanos);
        this.tokens = new ProviderQuota(nanos);
    }

    /** Go in with a call of about so many tokens, if there is room for it: all of it or nothing is taken. */
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

    /** The call has ended, and this is what it took. */
    public void release(long estimate, long used) {
        inFlight--;
        rateLimits.correct(estimate, used);
        tokens.acquire(used - estimate);
    }

    /** The vendor has said what is left. */
    public void update(RateLimitsReported limits) {
        limits.requests().ifPresent(requests::update);
        limits.tokens().ifPresent(tokens::update);
    }

    /** How long the rates keep such a call out; zero also when only others that run are in its way. */
    Duration delay(long estimate) {
        return max(rateLimits.delay(1, estimate), max(requests.delay(1), tokens.delay(estimate)));
    }

    public int inFlight() {
        return inFlight;
    }

    /** What the vendor has left for us, as far as it said so lately. */
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
