package io.parley.export;

import io.parley.contract.Problem;
import io.parley.contract.Problem.Violation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that is wrong with a document, in the order in which it was found; after the first hundred it is clear enough. */
final class Mistakes {

    private static final int ENOUGH = 100;

    private final Map<String, Violation> found = new LinkedHashMap<>();

    void add(String pointer, String rule, String words) {
        if (found.size() < ENOUGH) {
            found.putIfAbsent(pointer, new Violation(pointer, rule, words));
        }
    }

    /** Fail with all of them, if there are any. */
    void raise() {
        if (!found.isEmpty()) {
            throw new Problem.Invalid(List.copyOf(found.values())).toException();
        }
    }
}
