package io.parley.json;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Computes how large a regular expression is once its counted repetitions are unrolled. A matcher of linear time is linear in this
 * too, and nested repetitions multiply: {@code (a{1000}){1000}} is a million. Takes any text, whether or not it is a regular
 * expression. Does not know where character classes and quotations end: where there are any, a repeated group counts as if it held
 * everything before it.
 */
final class RegexComplexity {

    /** The largest that is accepted in a conversation. */
    static final long MAX = 10_000;

    private RegexComplexity() {}

    /** Never less than what the pattern unrolls to; {@link Long#MAX_VALUE} if that is beyond counting. */
    static long of(String pattern) {
        Deque<Long> outer = new ArrayDeque<>();
        boolean opaque = pattern.contains("[") || pattern.contains("\\Q"); // what opens and closes groups is uncertain
        boolean closed = false; // whether a group has just been closed
        long group = 0; // of all that stands in the group so far
        long atom = 0; // of what a repetition would repeat
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

    /** Where the count that is opened here is closed; -1 if it is none, and so stands for itself. */
    private static int countEnd(String pattern, int from) {
        int end = pattern.indexOf('}', from);
        return end > 0 && pattern.substring(from + 1, end).matches("[0-9]+(,[0-9]*)?") ? end : -1;
    }

    /** The most that {@code {n}}, {@code {n,}} or {@code {n,m}} repeats. */
    private static long times(String count) {
        long most = 1;
        for (String bound : count.split(",", 2)) {
            if (bound.matches("[0-9]{1,9}")) {
                most = Math.max(most, Long.parseLong(bound));
            }
        }
        return most;
    }

    private static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    private static long product(long a, long b) {
        return a == 0 || b <= Long.MAX_VALUE / a ? a * b : Long.MAX_VALUE;
    }
}
