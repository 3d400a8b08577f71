package io.parley.json;

import io.parley.contract.Problem;
import io.parley.contract.Problem.Violation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the violations of one document: the first one at each JSON pointer, in the order of discovery. Stops collecting after
 * the first hundred.
 */
public final class Violations {

    private static final int MAX_VIOLATIONS = 100;
    private static final int MAX_POINTER_LENGTH = 100;

    private final Map<String, Violation> found = new LinkedHashMap<>();

    /** Adds a violation, unless there is one at {@code pointer} already. */
    public void add(String pointer, String rule, String message) {
        if (found.size() < MAX_VIOLATIONS) {
            found.putIfAbsent(pointer, new Violation(pointer, rule, message));
        }
    }

    /** Whether there is a violation at {@code pointer}. */
    boolean contains(String pointer) {
        return found.containsKey(pointer);
    }

    /** All violations so far. */
    List<Violation> all() {
        return List.copyOf(found.values());
    }

    /** Throws the problem {@code invalid} with all violations if there are any. */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new Problem.Invalid(List.copyOf(found.values())).toException();
        }
    }

    /**
     * A pointer that is safe to show: the names of unknown fields are the client's, so it is cut to 100 characters, and control
     * characters are escaped.
     */
    public static String printable(String pointer) {
        StringBuilder printable = new StringBuilder();
        for (int c : pointer.codePoints().toArray()) {
            String next = isControl(c) ? String.format("\\u%04x", c) : Character.toString(c);
            if (printable.length() + next.length() > MAX_POINTER_LENGTH) {
                break;
            }
            printable.append(next);
        }
        return printable.toString();
    }

    private static boolean isControl(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    /** The JSON pointer of the field {@code name} in the object at {@code parent}. */
    static String pointer(String parent, String name) {
        return parent + "/" + name.replace("~", "~0").replace("/", "~1");
    }
}
