package io.parley.contract;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How large a pattern is once its counted repetitions are unrolled. A matcher of linear time is linear in this too, and repetitions of
 * repetitions multiply: {@code (a{1000}){1000}} is a million. Takes any text; whether it is a pattern is for others to say.
 */
public final class RegexSize {

    /** What a conversation's pattern may come to. */
    public static final long MOST = 10_000;

    private RegexSize() {}

    /** Never less than what the pattern unrolls to; {@link Long#MAX_VALUE} if that is beyond counting. */
    public static long of(String pattern) {
        Deque<Long> outer = new ArrayDeque<>();
        long group = 0; // of all that stands in the group so far
        long atom = 0; // of what a repetition would repeat
        for (int i = 0; i < pattern.length(); i++) {
            switch (pattern.charAt(i)) {
                case '(' -> {
                    outer.push(group);
                    group = 0;
                    atom = 0;
                }
                case ')' -> {
                    atom = group + 1;
                    group = sum(outer.isEmpty() ? 0 : outer.pop(), atom);
                }
                case '{' -> {
                    int end = Math.max(i, pattern.indexOf('}', i));
                    long more = product(atom, times(pattern.substring(Math.min(i + 1, end), end)) - 1);
                    group = sum(group, more);
                    atom = sum(atom, more);
                    i = end;
                }
                case '\\' -> {
                    i++;
                    atom = 1;
                    group = sum(group, 1);
                }
                default -> {
                    atom = 1;
                    group = sum(group, 1);
                }
            }
        }
        while (!outer.isEmpty()) {
            group = sum(group, outer.pop());
        }
        return group;
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
