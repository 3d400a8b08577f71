package io.parley.contract;

/**
 * Carries a {@link Problem} through APIs that accept only exceptions. Has no stack trace: a problem is an expected
 * outcome.
 */
public final class ProblemException extends RuntimeException {

    private final transient Problem problem;

    ProblemException(Problem problem) {
        super(problem.code(), null, false, false);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
