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
    sealed interface Decision {}

    /** The same target again, after {@code pause}. */
    record RetrySame(Duration pause) implements Decision {}

    /** Another target, at once. */
    record Fallback() implements Decision {}

    /** There is nothing more to try. */
    record GiveUp() implements Decision {}

    /**
     * How far a request has come.
     *
     * @param calls how many calls were made
     * @param callsHere how many of them, in a row, to the target that has just failed
     * @param elsewhere whether there is a target that has not been tried
     * @param left how long the request may still wait
     */
    record Progress(int calls, int callsHere, boolean elsewhere, Duration left) {}

    Decision after(Problem problem, Progress progress, long now) {
        Remedy cure = cure(problem);
        if (cure == Remedy.NONE || progress.calls() >= MOST_CALLS) {
            return new GiveUp();
        }
        boolean last = progress.callsHere() > 1 || progress.calls() == MOST_CALLS - 1;
        if (progress.elsewhere() && (cure != Remedy.TIME || last)) {
            return new Fallback();
        }
        if (cure != Remedy.ANOTHER && fits(problem, progress) && budget.take(now)) {
            return new RetrySame(pause(problem, progress.callsHere()));
        }
        return progress.elsewhere() ? new Fallback() : new GiveUp();
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
    private enum Remedy {
        /** The same target a little later. */
        TIME,
        /** Better another target; if there is none, the same a little later. */
        ANOTHER_OR_TIME,
        /** Nothing but another target. */
        ANOTHER,
        NONE
    }

    private static Remedy cure(Problem problem) {
        return switch (problem) {
            case Problem.ProviderFailed failed -> cure(failed.fault());
            case Problem.Unavailable _ -> Remedy.ANOTHER;
            case Problem.BudgetExceeded exceeded -> exceeded.scope().startsWith("provider:") ? Remedy.ANOTHER : Remedy.NONE;
            case Problem.RateLimited _, Problem.Cancelled _, Problem.Internal _ -> Remedy.NONE;
            case Problem.Malformed _, Problem.Invalid _, Problem.Rejected _, Problem.Unauthorized _ -> Remedy.NONE;
            case Problem.Forbidden _, Problem.ModelNotAllowed _, Problem.NotFound _ -> Remedy.NONE;
            case Problem.Conflict _, Problem.PreconditionFailed _ -> Remedy.NONE;
        };
    }

    private static Remedy cure(Fault fault) {
        return switch (fault) {
            case RATE_LIMITED, OVERLOADED, ERROR, CUT -> Remedy.TIME;
            case UNREACHABLE, PROTOCOL -> Remedy.ANOTHER_OR_TIME;
            case AUTH, QUOTA, SILENT, STALLED -> Remedy.ANOTHER;
            case REJECTED, TOO_LONG, UNKNOWN_MODEL, OUTPUT_LIMIT -> Remedy.NONE;
        };
    }
}
