package io.parley.bus;

import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.Problem;

/**
 * Decides whether an answer that broke in the middle is restarted, and makes the request of each attempt: never more than three, each
 * with a call id of its own, none at a provider that has broken before.
 */
final class RestartPolicy {

    private static final int MAX_ATTEMPTS = 3;

    private final Open first;
    private final int firstAttempt;
    private CallOptions terms;
    private int attempt;

    /**
     * @param first the request of the first attempt; the call ids of later ones are derived from its id
     * @param firstAttempt the number of that attempt: more than one if others were made before
     */
    RestartPolicy(Open first, int firstAttempt) {
        this.first = first;
        this.firstAttempt = firstAttempt;
        this.attempt = firstAttempt;
        this.terms = first.options();
    }

    /** The number of the running attempt. */
    int attempt() {
        return attempt;
    }

    /** The id of the running attempt's call. */
    String callId() {
        return attempt == firstAttempt ? first.callId() : first.callId() + "-" + attempt;
    }

    /** The request of the running attempt. */
    Open request() {
        return new Open(callId(), first.requestContext(), first.selection(), first.prompt(), terms);
    }

    /** Whether another attempt may follow one that broke with {@code problem}. */
    boolean allows(Problem problem) {
        return problem instanceof Problem.ProviderFailed
                && problem.retryable()
                && first.selection().fallback()
                && attempt < MAX_ATTEMPTS;
    }

    /** Makes the next attempt the running one; the provider of {@code broken} is excluded from now on. */
    void next(AnswerHandle broken) {
        attempt++;
        terms = terms.nextAttempt(broken);
    }
}
