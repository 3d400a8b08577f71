package io.parley.provider;

import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import java.time.Duration;
import java.util.Optional;

/** A failure of a provider, with its error message, which is for the log only. */
record AttemptFailure(Fault fault, Optional<Duration> pause, String words) {

    AttemptFailure(Fault fault, String words) {
        this(fault, Optional.empty(), words);
    }

    /** The problem for clients, without the provider's message. */
    Problem of(String vendor) {
        return new Problem.ProviderFailed(vendor, fault, pause);
    }
}
