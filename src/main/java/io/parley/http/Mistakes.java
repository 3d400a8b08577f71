package io.parley.http;

import io.parley.contract.Problem;
import io.parley.contract.Problem.Violation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that is wrong with one body: the first mistake at each place, in the order in which they were found. */
final class Mistakes {

    private final Map<String, Violation> found = new LinkedHashMap<>();

    void add(String pointer, String rule, String message) {
        found.putIfAbsent(pointer, new Violation(pointer, rule, message));
    }

    /** Whether nothing is wrong at {@code pointer}. */
    boolean none(String pointer) {
        return !found.containsKey(pointer);
    }

    /** Fail with all of them, if there are any. */
    void raise() {
        if (!found.isEmpty()) {
            throw new Problem.Invalid(List.copyOf(found.values())).toException();
        }
    }

    /** The JSON pointer of the field {@code name} in the object at {@code pointer}. */
    static String under(String pointer, String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }
}
