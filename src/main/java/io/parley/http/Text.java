package io.parley.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a string in a body may be.
 *
 * @param rule how a breach is called
 * @param words what a breach is answered with
 * @param fits the rule itself
 */
record Text(String rule, String words, Predicate<String> fits) {

    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant BEYOND = Instant.parse("+10000-01-01T00:00:00Z");

    /** An id of ours. */
    static final Text ID = matching("[A-Za-z0-9_-]{1,64}", "must be an id");

    /** The name of a configured vendor. */
    static final Text PROVIDER = matching("[A-Za-z0-9._-]{1,64}", "must be the name of a provider");

    /** A vendor's name for a model; goes into paths and headers of vendors. */
    static final Text MODEL = matching("[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}", "must be the name of a model");

    /** A day, or a moment with its offset. */
    static final Text DATE =
            new Text("date", "must be an ISO-8601 date or instant of the years 1 to 9999", Text::isDate);

    /** A moment with its offset. */
    static final Text INSTANT = new Text("date", "must be an ISO-8601 instant of the years 1 to 9999", Text::isInstant);

    /** Words: so many code points, and something to see. */
    static Text words(int least, int most) {
        return new Text("length", "must have " + least + " to " + most + " characters and not only blanks", text -> {
            int length = text.codePointCount(0, text.length());
            return length >= least && length <= most && (length == 0 || !blank(text));
        });
    }

    /** Text that can be kept, shown and sent on: no controls but tab, line breaks and escape, no halves of characters. */
    static boolean readable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean control = c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\u001b';
            boolean half = Character.isSurrogate(c);
            if (half && Character.isHighSurrogate(c) && i + 1 < text.length()) {
                half = !Character.isLowSurrogate(text.charAt(i + 1));
                i++;
            }
            if (control || half || c == '\ufffe' || c == '\uffff') {
                return false;
            }
        }
        return true;
    }

    /** Text that can be sent on, and is shown to nobody here: programs send form feeds and worse. No NUL, no halves of characters. */
    static boolean sendable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair = i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
            if (c == 0 || (Character.isSurrogate(c) && !pair)) {
                return false;
            }
            i += pair ? 1 : 0;
        }
        return true;
    }

    static Text matching(String form, String words) {
        return new Text("pattern", words, Pattern.compile(form).asMatchPredicate());
    }

    private static boolean blank(String text) {
        return text.codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
    }

    private static boolean isDate(String text) {
        try {
            return usual(LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
        } catch (DateTimeException e) {
            return isInstant(text);
        }
    }

    /** What every store, calendar and client has a form for. */
    private static boolean usual(Instant moment) {
        return !moment.isBefore(FIRST) && moment.isBefore(BEYOND);
    }

    private static boolean isInstant(String text) {
        try {
            return usual(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return false;
        }
    }
}
