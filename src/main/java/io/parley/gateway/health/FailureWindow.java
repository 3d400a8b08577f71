package io.parley.gateway.health;

import java.util.Arrays;

/** Counts the failures among the last calls to a provider. */
final class FailureWindow {

    private final boolean[] failed;
    private int next;
    private int failures;

    FailureWindow(int calls) {
        this.failed = new boolean[calls];
    }

    void add(boolean failure) {
        failures += (failure ? 1 : 0) - (failed[next] ? 1 : 0);
        failed[next] = failure;
        next = (next + 1) % failed.length;
    }

    int failures() {
        return failures;
    }

    void clear() {
        Arrays.fill(failed, false);
        failures = 0;
    }
}
