package io.parley.gateway;

import io.parley.contract.Problem.Fault;
import java.time.Duration;
import java.util.Optional;

/** Whether a target is well, as far as its calls and looks at it tell. Time is what it is told. */
final class ProviderHealth {

    /** So many failures in a row are no accident. */
    private static final int UNWELL = 3;

    /** After that it is worth another try, whatever is known. */
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    private int failures;
    private long failedAt;
    private long restsUntil;
    private long heardAt;
    private Optional<Fault> lastError = Optional.empty();

    ProviderHealth(long now) {
        restsUntil = now;
        heardAt = now;
    }

    /** A call came to its first token, or its end. */
    void beats(long now) {
        failures = 0;
        restsUntil = now;
        lastError = Optional.empty();
        heardAt = now;
    }

    /** A call failed by the target's fault; {@code pause} is what it asked for. */
    void fails(Fault fault, Optional<Duration> pause, long now) {
        boolean lasting = fault == Fault.AUTH || fault == Fault.QUOTA;
        failures = lasting ? Math.max(UNWELL, failures + 1) : failures + 1;
        failedAt = now;
        restsUntil = now + pause.orElse(Duration.ZERO).toNanos();
        lastError = Optional.of(fault);
    }

    /** It was there when it was looked at; that says nothing about money. */
    void answers(long now) {
        if (!lastError.equals(Optional.of(Fault.QUOTA))) {
            failures = 0;
        }
        heardAt = now;
    }

    boolean well(long now) {
        return (failures < UNWELL || now - failedAt >= RECOVERY.toNanos()) && now - restsUntil >= 0;
    }

    /** Whether nothing good was heard for {@code duration}. */
    boolean silentFor(Duration duration, long now) {
        return now - heardAt >= duration.toNanos();
    }

    /** The fault of the last call, unless it went well. */
    Optional<Fault> lastError() {
        return lastError;
    }
}
