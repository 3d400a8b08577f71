package io.parley.provider.dialect;

import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import java.time.Duration;
import java.util.Optional;

/** A failure of a provider, with its error message, which is for the log only. */
public record AttemptFailure(Fault fault, Optional<Duration> retryAfter, String message) {

    public AttemptFailure(Fault fault, String message) {
        this(fault, Optional.empty(), message);
    }

    /** The problem for clients, without the provider's message. */
    public Problem toProblem(String provider) {
        return new Problem.ProviderFailed(provider, fault, retryAfter);
    }
}
