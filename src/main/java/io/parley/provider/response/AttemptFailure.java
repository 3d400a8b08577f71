package io.parley.provider.response;

import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Problem.Rejection;
import java.time.Duration;
import java.util.Optional;

/**
 * A failure of a provider, with a message for the log, which has none of the provider's own words.
 *
 * @param rejected what the provider rejected of the request
 */
public record AttemptFailure(Fault fault, Optional<Duration> retryAfter, String message, Rejection rejected) {

    public AttemptFailure(Fault fault, Optional<Duration> retryAfter, String message) {
        this(fault, retryAfter, message, Rejection.UNKNOWN);
    }

    public AttemptFailure(Fault fault, String message) {
        this(fault, Optional.empty(), message);
    }

    /** The failure that {@code error} describes. */
    public static AttemptFailure of(Fault fault, Optional<Duration> retryAfter, ProviderErrorBody error) {
        Rejection rejected = switch (fault) {
            case REJECTED -> error.rejection();
            case TOO_LONG -> new Rejection(error.rejection().param(), Optional.empty()); // the fault is the code
            default -> Rejection.UNKNOWN;
        };
        return new AttemptFailure(fault, retryAfter, error.summary(), rejected);
    }

    /** The problem for clients, without the provider's message. */
    public Problem toProblem(String provider) {
        return new Problem.ProviderFailed(provider, fault, retryAfter, rejected);
    }
}
