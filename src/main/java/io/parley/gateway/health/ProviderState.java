package io.parley.gateway.health;

import io.parley.config.ProviderConfig;
import io.parley.contract.GatewayMessage.CircuitState;
import io.parley.contract.GatewayMessage.RetryStats;
import io.parley.contract.Problem;
import io.parley.gateway.limit.ProviderLimiter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** One provider as the gateway sees it: what may go there, and how that went. */
public final class ProviderState {

    private final ProviderConfig config;
    private final LongSupplier nanos;
    private final ProviderLimiter limiter;
    private final ProviderCircuitBreaker breaker;
    private final ProviderHealth health;
    private final LatencyTracker latencies = new LatencyTracker();
    private long retries;
    private long fallbacks;

    ProviderState(ProviderConfig config, LongSupplier nanos, ProviderLimiter limiter, ProviderCircuitBreaker breaker) {
        this.config = config;
        this.nanos = nanos;
        this.limiter = limiter;
        this.breaker = breaker;
        this.health = new ProviderHealth(nanos.getAsLong());
    }

    String name() {
        return config.name();
    }

    public ProviderConfig config() {
        return config;
    }

    ProviderLimiter limiter() {
        return limiter;
    }

    public ProviderCircuitBreaker breaker() {
        return breaker;
    }

    ProviderHealth health() {
        return health;
    }

    LatencyTracker latencies() {
        return latencies;
    }

    /** Whether a call may go there at all. */
    public boolean admitsCalls() {
        return breaker.admits();
    }

    boolean isHealthy() {
        return breaker.state() == CircuitState.CLOSED && health.isHealthy(nanos.getAsLong());
    }

    /** A call that failed here is made again, here. */
    public void countRetry() {
        retries++;
    }

    /** A call that failed here is made elsewhere. */
    public void countFallback() {
        fallbacks++;
    }

    RetryStats retryStats() {
        return new RetryStats(name(), retries, fallbacks);
    }

    /** A call came to its first token; its end is still to be told. */
    public void onFirstToken(Duration firstToken) {
        latencies.add(firstToken, nanos.getAsLong());
        health.onSuccess(nanos.getAsLong());
    }

    /** What became of a call in the end, once for each; no problem is good. Only what the vendor did wrong is held against it. */
    public void onEnded(Optional<Problem> problem) {
        if (problem.isEmpty()) {
            breaker.recordResult(false);
        } else if (problem.get() instanceof Problem.ProviderFailed failed) {
            switch (failed.fault()) {
                case REJECTED, TOO_LONG, UNKNOWN_MODEL, OUTPUT_LIMIT -> breaker.recordResult(false);
                case AUTH,
                        QUOTA,
                        RATE_LIMITED,
                        OVERLOADED,
                        ERROR,
                        UNREACHABLE,
                        TRUNCATED,
                        PROTOCOL,
                        NO_RESPONSE,
                        STALLED -> {
                    breaker.recordResult(true);
                    health.onFailure(failed.fault(), failed.retryAfter(), nanos.getAsLong());
                }
            }
        }
    }
}
