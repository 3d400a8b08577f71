package io.parley.gateway.health;

import io.parley.contract.Problem.Fault;
import java.time.Duration;
import java.util.Optional;

/** Derives the health of a provider from its calls and probes. The caller passes the time. */
final class ProviderHealth {

    /** The number of consecutive failures that makes a provider unhealthy. */
    private static final int FAILURE_THRESHOLD = 3;

    /** The time after the last failure when a provider counts as healthy again. */
    private static final Duration RESET_AFTER = Duration.ofSeconds(30);

    private int failures;
    private long failedAt;
    private long pausedUntil;
    private long lastSuccessAt;
    private Optional<Fault> lastError = Optional.empty();

    ProviderHealth(long now) {
        pausedUntil = now;
        lastSuccessAt = now;
    }

    /** A call has received its first token. */
    void onSuccess(long now) {
        failures = 0;
        pausedUntil = now;
        lastError = Optional.empty();
        lastSuccessAt = now;
    }

    /** A call has failed because of the provider; {@code retryAfter} is the delay that the provider requested. */
    void onFailure(Fault fault, Optional<Duration> retryAfter, long now) {
        boolean permanent = fault == Fault.AUTH || fault == Fault.QUOTA;
        failures = permanent ? Math.max(FAILURE_THRESHOLD, failures + 1) : failures + 1;
        failedAt = now;
        pausedUntil = now + retryAfter.orElse(Duration.ZERO).toNanos();
        lastError = Optional.of(fault);
    }

    /** A probe has succeeded. Does not clear an exhausted quota, which a probe cannot detect. */
    void onProbeSuccess(long now) {
        if (!lastError.equals(Optional.of(Fault.QUOTA))) {
            failures = 0;
        }
        lastSuccessAt = now;
    }

    boolean isHealthy(long now) {
        return (failures < FAILURE_THRESHOLD || now - failedAt >= RESET_AFTER.toNanos()) && now - pausedUntil >= 0;
    }

    /** Whether the last success is at least {@code duration} ago. */
    boolean idleFor(Duration duration, long now) {
        return now - lastSuccessAt >= duration.toNanos();
    }

    /** The fault of the last call; empty if it succeeded. */
    Optional<Fault> lastError() {
        return lastError;
    }
}
