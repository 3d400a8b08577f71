package io.parley.gateway.call;

import io.parley.bus.Backoff;
import io.parley.config.GatewayConfig.Retry;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.gateway.limit.RetryBudget;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Decides what follows a provider call that failed before its first token: a retry after a delay, a fallback to another provider, or
 * neither. The last permitted call is a fallback if possible.
 */
public final class FallbackPolicy {

    /** The maximum number of provider calls for one answer, over all its restarts, which {@code bus.RestartPolicy} limits, too. */
    static final int MAX_CALLS = 3;

    private final Retry config;
    private final RetryBudget budget;
    private final RandomGenerator random;
    private final Backoff backoff;

    public FallbackPolicy(Retry config, RetryBudget budget, RandomGenerator random) {
        this.config = config;
        this.budget = budget;
        this.random = random;
        this.backoff = new Backoff(config.delay(), config.maxDelay());
    }

    /** The next step after a failed call. */
    sealed interface Decision {}

    /** Retries the same provider after {@code delay}. */
    record RetrySame(Duration delay) implements Decision {}

    /** Calls another provider at once. */
    record Fallback() implements Decision {}

    /** Ends the request with its problem. */
    record GiveUp() implements Decision {}

    /**
     * The progress of a request.
     *
     * @param calls the number of provider calls made for the answer
     * @param callsAtProvider the number of consecutive calls to the provider that has just failed
     * @param fallbackAvailable whether there is a provider that was not tried yet
     * @param remaining the time that the request may still wait
     */
    record Progress(int calls, int callsAtProvider, boolean fallbackAvailable, Duration remaining) {}

    Decision decide(Problem problem, Progress progress, long now) {
        Remedy remedy = remedy(problem);
        if (remedy == Remedy.NONE || progress.calls() >= MAX_CALLS) {
            return new GiveUp();
        }
        boolean lastTry = progress.callsAtProvider() > 1 || progress.calls() == MAX_CALLS - 1;
        if (progress.fallbackAvailable() && (remedy != Remedy.RETRY || lastTry)) {
            return new Fallback();
        }
        if (remedy != Remedy.FALLBACK && isWorthWaiting(problem, progress) && budget.tryAcquire(now)) {
            return new RetrySame(delay(problem, progress.callsAtProvider()));
        }
        return progress.fallbackAvailable() ? new Fallback() : new GiveUp();
    }

    /** Waits for a long retry delay of the provider only if there is no other provider to fall back to. */
    private boolean isWorthWaiting(Problem problem, Progress progress) {
        Duration maxWait = progress.fallbackAvailable() ? config.maxDelay() : progress.remaining();
        return problem.retryDelay().orElse(Duration.ZERO).compareTo(maxWait) <= 0;
    }

    /** The delay that the provider requested plus jitter; otherwise exponential backoff with full jitter. */
    private Duration delay(Problem problem, int callsHere) {
        Optional<Duration> requested = problem.retryDelay();
        if (requested.isPresent()) {
            return requested.get().plus(jitter(config.delay()));
        }
        return jitter(backoff.delay(callsHere - 1));
    }

    private Duration jitter(Duration bound) {
        return Duration.ofNanos(random.nextLong(bound.toNanos() + 1));
    }

    /** The step that may resolve a problem. */
    private enum Remedy {
        /** Retry the same provider. */
        RETRY,
        /** Prefer another provider; retry the same one if there is no other. */
        FALLBACK_OR_RETRY,
        /** Call another provider; a retry would not help. */
        FALLBACK,
        NONE
    }

    private static Remedy remedy(Problem problem) {
        return switch (problem) {
            case Problem.ProviderFailed failed -> remedy(failed.fault());
            case Problem.Unavailable _ -> Remedy.FALLBACK;
            case Problem.BudgetExceeded exceeded ->
                exceeded.scope().startsWith("provider:") ? Remedy.FALLBACK : Remedy.NONE;
            case Problem.RateLimited _, Problem.Cancelled _, Problem.Internal _ -> Remedy.NONE;
            case Problem.Malformed _, Problem.Invalid _, Problem.Rejected _, Problem.Unauthorized _ -> Remedy.NONE;
            case Problem.Forbidden _, Problem.ModelNotAllowed _, Problem.NotFound _ -> Remedy.NONE;
            case Problem.Conflict _, Problem.PreconditionFailed _ -> Remedy.NONE;
        };
    }

    private static Remedy remedy(Fault fault) {
        return switch (fault) {
            case RATE_LIMITED, OVERLOADED, ERROR, TRUNCATED -> Remedy.RETRY;
            case UNREACHABLE, PROTOCOL -> Remedy.FALLBACK_OR_RETRY;
            case AUTH, QUOTA, NO_RESPONSE, STALLED -> Remedy.FALLBACK;
            case REJECTED, TOO_LONG, UNKNOWN_MODEL, OUTPUT_LIMIT -> Remedy.NONE;
        };
    }
}
