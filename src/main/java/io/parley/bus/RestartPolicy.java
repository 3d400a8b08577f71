package io.parley.bus;

import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.Problem;

/**
 * Decides whether an answer that failed in the middle is restarted, and creates the request of each attempt: at most three, each with its
 * own call id, none to a provider that has failed before. The gateway limits them, too: {@code Dispatcher.mayRestart} and
 * {@code FallbackPolicy.MAX_CALLS}.
 */
final class RestartPolicy {

    private static final int MAX_ATTEMPTS = 3;

    private final Open first;
    private final int firstAttempt;
    private CallOptions options;
    private int attempt;

    /**
     * @param first the request of the first attempt; the call ids of later ones are derived from its id
     * @param firstAttempt the number of the first attempt: greater than 1 if earlier attempts were made elsewhere
     */
    RestartPolicy(Open first, int firstAttempt) {
        this.first = first;
        this.firstAttempt = firstAttempt;
        this.attempt = firstAttempt;
        this.options = first.options();
    }

    /** The number of the current attempt. */
    int attempt() {
        return attempt;
    }

    /** The call id of the current attempt. */
    String callId() {
        return attempt == firstAttempt ? first.callId() : first.callId() + "-" + attempt;
    }

    /** The request of the current attempt. */
    Open request() {
        return first.with(callId(), options);
    }

    /** Whether another attempt may follow one that failed with {@code problem}. */
    boolean allows(Problem problem) {
        return problem instanceof Problem.ProviderFailed
                && problem.retryable()
                && first.selection().fallback()
                && attempt < MAX_ATTEMPTS;
    }

    /** Moves to the next attempt, which excludes the provider of {@code failed}. */
    void next(AnswerHandle failed) {
        attempt++;
        options = options.nextAttempt(failed);
    }
}
