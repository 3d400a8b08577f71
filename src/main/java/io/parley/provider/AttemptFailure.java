package io.parley.provider;

import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import java.time.Duration;
import java.util.Optional;

/** A failure of a provider, with its error message, which is for the log only. */
record AttemptFailure(Fault fault, Optional<Duration> retryAfter, String message) {

    AttemptFailure(Fault fault, String message) {
        this(fault, Optional.empty(), message);
    }

    /** The problem for clients, without the provider's message. */
    Problem toProblem(String provider) {
        return new Problem.ProviderFailed(provider, fault, retryAfter);
    }
}
