package io.parley.gateway.health;

import io.parley.contract.Problem.Fault;
import java.time.Duration;
import java.util.Optional;

/** Whether a target is well, as far as its calls and looks at it tell. Time is what it is told. */
final class ProviderHealth {

    /** So many failures in a row are no accident. */
    private static final int FAILURE_THRESHOLD = 3;

    /** After that it is worth another try, whatever is known. */
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

    /** A call came to its first token, or its end. */
    void onSuccess(long now) {
        failures = 0;
        pausedUntil = now;
        lastError = Optional.empty();
        lastSuccessAt = now;
    }

    /** A call failed by the target's fault; {@code retryAfter} is what it asked for. */
    void onFailure(Fault fault, Optional<Duration> retryAfter, long now) {
        boolean permanent = fault == Fault.AUTH || fault == Fault.QUOTA;
        failures = permanent ? Math.max(FAILURE_THRESHOLD, failures + 1) : failures + 1;
        failedAt = now;
        pausedUntil = now + retryAfter.orElse(Duration.ZERO).toNanos();
        lastError = Optional.of(fault);
    }

    /** It was there when it was looked at; that says nothing about money. */
    void onProbeSuccess(long now) {
        if (!lastError.equals(Optional.of(Fault.QUOTA))) {
            failures = 0;
        }
        lastSuccessAt = now;
    }

    boolean isHealthy(long now) {
        return (failures < FAILURE_THRESHOLD || now - failedAt >= RESET_AFTER.toNanos()) && now - pausedUntil >= 0;
    }

    /** Whether nothing good was heard for {@code duration}. */
    boolean idleFor(Duration duration, long now) {
        return now - lastSuccessAt >= duration.toNanos();
    }

    /** The fault of the last call, unless it went well. */
    Optional<Fault> lastError() {
        return lastError;
    }
}
