package io.parley.contract;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A position in a log, written {@code <epoch>-<seq>}. The epoch increases with each owner of the log; within one
 * epoch the sequence numbers are consecutive. A higher epoch is later, whatever its sequence number.
 */
public record Cursor(int epoch, long seq) implements Comparable<Cursor> {

    /** The position before the first event of any log. */
    public static final Cursor START = new Cursor(0, 0);

    private static final Comparator<Cursor> ORDER =
            Comparator.comparingInt(Cursor::epoch).thenComparingLong(Cursor::seq);
    private static final Pattern PATTERN = Pattern.compile("(\\d{1,9})-(\\d{1,18})");

    /** Parses {@code text}; empty if it is not a cursor. */
    public static Optional<Cursor> parse(String text) {
        Matcher matcher = PATTERN.matcher(text);
        return matcher.matches()
                ? Optional.of(new Cursor(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }

    public Cursor plus(long events) {
        return new Cursor(epoch, seq + events);
    }

    @Override
    public int compareTo(Cursor other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return epoch + "-" + seq;
    }
}
