package io.parley.contract;

/** Carries a {@link Problem} where only exceptions can go; has no stack, for nothing here is unexpected. */
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
