package io.parley.json;

import com.google.re2j.PatternSyntaxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Defines a rule for strings.
 *
 * @param name the name of the rule in a violation
 * @param message the message of a violation
 * @param isMet the rule itself
 */
public record TextRule(String name, String message, Predicate<String> isMet) {

    private static final int MAX_MODEL_LENGTH = 256;
    private static final Instant MIN_INSTANT = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant AFTER_MAX_INSTANT = Instant.parse("+10000-01-01T00:00:00Z");

    /** Any string. */
    public static final TextRule ANY = new TextRule("text", "must be a string", _ -> true);

    /** A string that can be stored, shown and forwarded: see {@link #isPrintable}. */
    public static final TextRule PRINTABLE =
            new TextRule("text", "must not contain control characters or unpaired surrogates", TextRule::isPrintable);

    /** The form of the ids that Parley creates. */
    public static final TextRule ID = matching("[A-Za-z0-9_-]{1,64}", "must have 1 to 64 letters, digits, _ or -");

    /** The name of a configured provider. */
    public static final TextRule PROVIDER = matching("[A-Za-z0-9._-]{1,64}", "must be the name of a provider");

    /** A provider's name for a model: anything printable, because only the provider knows its names. */
    public static final TextRule MODEL = new TextRule(
            "pattern",
            "must be the name of a model: 1 to 256 printable characters, not beginning or ending with a space",
            TextRule::isModel);

    /**
     * A date, or an instant with its offset, of the years 1 to 9999, the range that every store, calendar and client can represent.
     */
    public static final TextRule DATE =
            new TextRule("date", "must be an ISO-8601 date or instant of the years 1 to 9999", TextRule::isDate);

    /** An instant with its offset, of the years 1 to 9999. */
    public static final TextRule INSTANT =
            new TextRule("date", "must be an ISO-8601 instant of the years 1 to 9999", TextRule::isInstant);

    /** A regular expression that a linear-time matcher can run. */
    public static final TextRule REGEX = new TextRule(
            "regex",
            "must be RE2 syntax (no back-references, no look-around) without large or nested repetition counts",
            TextRule::isRegex);

    /** A string of {@code min} to {@code max} code points that is empty or contains more than whitespace. */
    public static TextRule notBlank(int min, int max) {
        return new TextRule("length", "must have " + min + " to " + max + " characters, not only whitespace", text -> {
            int length = text.codePointCount(0, text.length());
            return length >= min && length <= max && (length == 0 || !isBlank(text));
        });
    }

    /** A string of at most {@code max} code points. */
    public static TextRule maxLength(int max) {
        return new TextRule(
                "length",
                "must have at most " + max + " characters",
                text -> text.codePointCount(0, text.length()) <= max);
    }

    /** A string that matches {@code regex} as a whole. */
    public static TextRule matching(String regex, String message) {
        return new TextRule("pattern", message, Pattern.compile(regex).asMatchPredicate());
    }

    /**
     * Whether {@code text} has no control characters other than tab, line breaks and escape, no lone surrogates and no
     * non-characters.
     */
    public static boolean isPrintable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean control = c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\u001b';
            if (control || c == '\ufffe' || c == '\uffff') {
                return false;
            }
        }
        return isSendable(text);
    }

    /** Whether {@code text} has no NUL and no lone surrogates: enough for text that is only forwarded, such as a tool's output. */
    static boolean isSendable(String text) {
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

    private static boolean isModel(String text) {
        int length = text.codePointCount(0, text.length());
        return length >= 1
                && length <= MAX_MODEL_LENGTH
                && text.strip().length() == text.length()
                && text.codePoints().allMatch(TextRule::isVisible);
    }

    /** Whether a code point is a character that people see, or a space. */
    private static boolean isVisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private static boolean isBlank(String text) {
        return text.codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
    }

    private static boolean isDate(String text) {
        try {
            return isInRange(LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
        } catch (DateTimeException e) {
            return isInstant(text);
        }
    }

    private static boolean isInstant(String text) {
        try {
            return isInRange(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isInRange(Instant instant) {
        return !instant.isBefore(MIN_INSTANT) && instant.isBefore(AFTER_MAX_INSTANT);
    }

    private static boolean isRegex(String text) {
        try {
            return RegexComplexity.of(text) <= RegexComplexity.MAX
                    && com.google.re2j.Pattern.compile(text).groupCount() >= 0;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }
}
