package io.parley.json;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Computes the size of a regular expression with its counted repetitions unrolled. Matching time grows with this size even in a
 * linear-time engine, and nested repetitions multiply: {@code (a{1000}){1000}} has a million. Accepts any text and does not
 * validate the syntax. Does not parse character classes and quotations: in a pattern that contains any, a repeated group counts as
 * everything before it, which never underestimates.
 */
final class RegexComplexity {

    /** The maximum size of a stop pattern. */
    static final long MAX = 10_000;

    private RegexComplexity() {}

    /** An upper bound of the unrolled size; {@link Long#MAX_VALUE} on overflow. */
    static long of(String pattern) {
        Deque<Long> outer = new ArrayDeque<>();
        boolean opaque = pattern.contains("[") || pattern.contains("\\Q"); // group boundaries are uncertain
        boolean closed = false;
        long group = 0; // size of the current group so far
        long atom = 0; // size of the atom that a repetition would repeat
        for (int i = 0; i < pattern.length(); i++) {
            char next = pattern.charAt(i);
            int end = next == '{' ? countEnd(pattern, i) : -1;
            if (end > 0) {
                if (opaque && closed) {
                    for (; !outer.isEmpty(); group = sum(group, outer.pop())) {}
                    atom = group;
                }
                long more = product(atom, times(pattern.substring(i + 1, end)) - 1);
                group = sum(group, more);
                atom = sum(atom, more);
                i = end;
            } else if (next == '(') {
                outer.push(group);
                group = 0;
                atom = 0;
            } else if (next == ')') {
                atom = group + 1;
                group = sum(outer.isEmpty() ? 0 : outer.pop(), atom);
            } else {
                i += next == '\\' ? 1 : 0;
                atom = 1;
                group = sum(group, 1);
            }
            closed = next == ')';
        }
        while (!outer.isEmpty()) {
            group = sum(group, outer.pop());
        }
        return group;
    }

    /** The index of the brace that closes the count; -1 if there is no valid count, so the brace is a literal. */
    private static int countEnd(String pattern, int from) {
        int end = pattern.indexOf('}', from);
        return end > 0 && pattern.substring(from + 1, end).matches("[0-9]+(,[0-9]*)?") ? end : -1;
    }

    /** The maximum repetitions of {@code {n}}, {@code {n,}} or {@code {n,m}}. */
    private static long times(String count) {
        long max = 1;
        for (String bound : count.split(",", 2)) {
            if (bound.matches("[0-9]{1,9}")) {
                max = Math.max(max, Long.parseLong(bound));
            }
        }
        return max;
    }

    private static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    private static long product(long a, long b) {
        return a == 0 || b <= Long.MAX_VALUE / a ? a * b : Long.MAX_VALUE;
    }
}
