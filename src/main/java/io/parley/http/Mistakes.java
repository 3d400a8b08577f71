package io.parley.http;

import io.parley.contract.Problem;
import io.parley.contract.Problem.Violation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that is wrong with one body: the first mistake at each place, in the order in which they were found. */
final class Mistakes {

    private static final int LONGEST = 100;

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

    /** A pointer as it may be told: names of unknown fields are the client's own words, so it is cut, and no terminal obeys it. */
    static String shown(String pointer) {
        StringBuilder shown = new StringBuilder();
        for (int c : pointer.codePoints().toArray()) {
            String next = odd(c) ? String.format("\\u%04x", c) : Character.toString(c);
            if (shown.length() + next.length() > LONGEST) {
                break;
            }
            shown.append(next);
        }
        return shown.toString();
    }

    private static boolean odd(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    /** The JSON pointer of the field {@code name} in the object at {@code pointer}. */
    static String under(String pointer, String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }
}
