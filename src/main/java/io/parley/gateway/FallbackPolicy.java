package io.parley.gateway;

import io.parley.bus.Backoff;
import io.parley.config.GatewayConfig.Retry;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Decides what to do after a call that failed before its first token: the same again after a pause, another target, or nothing. The
 * last call that is left goes elsewhere if it can.
 */
final class FallbackPolicy {

    /** The most vendor calls of one answer. */
    static final int MOST_CALLS = 3;

    private final Retry config;
    private final RetryBudget budget;
    private final RandomGenerator random;
    private final Backoff backoff;

    FallbackPolicy(Retry config, RetryBudget budget, RandomGenerator random) {
        this.config = config;
        this.budget = budget;
        this.random = random;
        this.backoff = new Backoff(config.pause(), config.longestPause());
    }

    /** What to do next. */
    sealed interface Step {}

    /** The same target again, after {@code pause}. */
    record Again(Duration pause) implements Step {}

    /** Another target, at once. */
    record Elsewhere() implements Step {}

    /** There is nothing more to try. */
    record Over() implements Step {}

    /**
     * How far a request has come.
     *
     * @param calls how many calls were made
     * @param callsHere how many of them, in a row, to the target that has just failed
     * @param elsewhere whether there is a target that has not been tried
     * @param left how long the request may still wait
     */
    record Progress(int calls, int callsHere, boolean elsewhere, Duration left) {}

    Step after(Problem problem, Progress progress, long now) {
        Cure cure = cure(problem);
        if (cure == Cure.NONE || progress.calls() >= MOST_CALLS) {
            return new Over();
        }
        boolean last = progress.callsHere() > 1 || progress.calls() == MOST_CALLS - 1;
        if (progress.elsewhere() && (cure != Cure.TIME || last)) {
            return new Elsewhere();
        }
        if (cure != Cure.ANOTHER && fits(problem, progress) && budget.take(now)) {
            return new Again(pause(problem, progress.callsHere()));
        }
        return progress.elsewhere() ? new Elsewhere() : new Over();
    }

    /** A vendor's long pause is worth waiting for only when nobody else can answer. */
    private boolean fits(Problem problem, Progress progress) {
        Duration bearable = progress.elsewhere() ? config.longestPause() : progress.left();
        return problem.retryAfter().orElse(Duration.ZERO).compareTo(bearable) <= 0;
    }

    /** What the vendor asks for and a little more; otherwise anything up to a bound that doubles. */
    private Duration pause(Problem problem, int callsHere) {
        Optional<Duration> asked = problem.retryAfter();
        if (asked.isPresent()) {
            return asked.get().plus(jitter(config.pause()));
        }
        return jitter(backoff.pause(callsHere - 1));
    }

    private Duration jitter(Duration bound) {
        return Duration.ofNanos(random.nextLong(bound.toNanos() + 1));
    }

    /** What may help against a problem. */
    private enum Cure {
        /** The same target a little later. */
        TIME,
        /** Better another target; if there is none, the same a little later. */
        ANOTHER_OR_TIME,
        /** Nothing but another target. */
        ANOTHER,
        NONE
    }

    private static Cure cure(Problem problem) {
        return switch (problem) {
            case Problem.VendorFailed failed -> cure(failed.fault());
            case Problem.Unavailable _ -> Cure.ANOTHER;
            case Problem.BudgetExceeded exceeded -> exceeded.scope().startsWith("provider:") ? Cure.ANOTHER : Cure.NONE;
            case Problem.RateLimited _, Problem.Cancelled _, Problem.Internal _ -> Cure.NONE;
            case Problem.Malformed _, Problem.Invalid _, Problem.Refused _, Problem.Unauthorized _ -> Cure.NONE;
            case Problem.Forbidden _, Problem.ModelNotAllowed _, Problem.NotFound _ -> Cure.NONE;
            case Problem.Conflict _, Problem.Stale _ -> Cure.NONE;
        };
    }

    private static Cure cure(Fault fault) {
        return switch (fault) {
            case RATE_LIMITED, OVERLOADED, ERROR, CUT -> Cure.TIME;
            case UNREACHABLE, PROTOCOL -> Cure.ANOTHER_OR_TIME;
            case AUTH, QUOTA, SILENT, STALLED -> Cure.ANOTHER;
            case REJECTED, TOO_LONG, UNKNOWN_MODEL, OUTPUT_LIMIT -> Cure.NONE;
        };
    }
}
