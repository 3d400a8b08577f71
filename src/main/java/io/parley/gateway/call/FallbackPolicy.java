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
 * Decides what to do after a call that failed before its first token: the same again after a pause, another target, or nothing. The
 * last call that is left goes elsewhere if it can.
 */
public final class FallbackPolicy {

    /** The most vendor calls of one answer. */
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

    /** What to do next. */
    sealed interface Decision {}

    /** The same target again, after {@code delay}. */
    record RetrySame(Duration delay) implements Decision {}

    /** Another target, at once. */
    record Fallback() implements Decision {}

    /** There is nothing more to try. */
    record GiveUp() implements Decision {}

    /**
     * How far a request has come.
     *
     * @param calls how many calls were made
     * @param callsAtProvider how many of them, in a row, to the target that has just failed
     * @param fallbackAvailable whether there is a target that has not been tried
     * @param remaining how long the request may still wait
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

    /** A vendor's long pause is worth waiting for only when nobody else can answer. */
    private boolean isWorthWaiting(Problem problem, Progress progress) {
        Duration maxWait = progress.fallbackAvailable() ? config.maxDelay() : progress.remaining();
        return problem.retryDelay().orElse(Duration.ZERO).compareTo(maxWait) <= 0;
    }

    /** What the vendor asks for and a little more; otherwise anything up to a bound that doubles. */
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

    /** What may help against a problem. */
    private enum Remedy {
        /** The same target a little later. */
        RETRY,
        /** Better another target; if there is none, the same a little later. */
        FALLBACK_OR_RETRY,
        /** Nothing but another target. */
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
            case RATE_LIMITED, OVERLOADED, ERROR, CUT -> Remedy.RETRY;
            case UNREACHABLE, PROTOCOL -> Remedy.FALLBACK_OR_RETRY;
            case AUTH, QUOTA, SILENT, STALLED -> Remedy.FALLBACK;
            case REJECTED, TOO_LONG, UNKNOWN_MODEL, OUTPUT_LIMIT -> Remedy.NONE;
        };
    }
}
