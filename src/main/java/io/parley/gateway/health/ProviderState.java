package io.parley.gateway.health;

import io.parley.config.ProviderConfig;
import io.parley.contract.GatewayMessage.CircuitState;
import io.parley.contract.GatewayMessage.RetryStats;
import io.parley.contract.Problem;
import io.parley.gateway.limit.ProviderLimiter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Holds the state of one provider in the gateway: limits, circuit breaker, health, latencies, counters. */
public final class ProviderState {

    private final ProviderConfig config;
    private final LongSupplier nanos;
    private final ProviderLimiter limiter;
    private final ProviderCircuitBreaker breaker;
    private final ProviderHealth health;
    private final LatencyTracker latencies = new LatencyTracker();
    private final UnreadableAnswers unreadable = new UnreadableAnswers();
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

    /** Whether the circuit breaker permits a call. */
    public boolean admitsCalls() {
        return breaker.admits();
    }

    boolean isHealthy() {
        return breaker.state() == CircuitState.CLOSED && health.isHealthy(nanos.getAsLong());
    }

    /** Counts a failed call that is retried at this provider. */
    public void countRetry() {
        retries++;
    }

    /** Counts a failed call that falls back to another provider. */
    public void countFallback() {
        fallbacks++;
    }

    RetryStats retryStats() {
        return new RetryStats(name(), retries, fallbacks);
    }

    /** Records the first token of a call; its end is reported later. */
    public void onFirstToken(Duration firstToken) {
        unreadable.clear();
        latencies.add(firstToken, nanos.getAsLong());
        health.onSuccess(nanos.getAsLong());
    }

    /** Records that a call of the request {@code requestId} failed before its first token. */
    public void onRejected(String requestId, Problem problem) {
        boolean isUnreadable =
                problem instanceof Problem.ProviderFailed failed && failed.fault() == Problem.Fault.PROTOCOL;
        if (isUnreadable && unreadable.add(requestId)) {
            countFailure((Problem.ProviderFailed) problem);
            breaker.reopen();
        } else {
            onEnded(Optional.of(problem));
        }
    }

    /**
     * Records the end of a call, once per call; empty means success. Only faults that show the health of the provider count against it:
     * neither a rejected request nor an answer that begins well and has an unreadable frame.
     */
    void onEnded(Optional<Problem> problem) {
        if (problem.isEmpty()) {
            breaker.recordResult(false);
        } else if (problem.get() instanceof Problem.ProviderFailed failed) {
            switch (failed.fault()) {
                case REJECTED, TOO_LONG, UNKNOWN_MODEL, OUTPUT_LIMIT -> breaker.recordResult(false);
                case PROTOCOL -> {} // says nothing about other answers
                case AUTH, QUOTA, RATE_LIMITED, OVERLOADED, ERROR, UNREACHABLE, TRUNCATED, NO_RESPONSE, STALLED ->
                    countFailure(failed);
            }
        }
    }

    private void countFailure(Problem.ProviderFailed failed) {
        breaker.recordResult(true);
        health.onFailure(failed.fault(), failed.retryAfter(), nanos.getAsLong());
    }
}
