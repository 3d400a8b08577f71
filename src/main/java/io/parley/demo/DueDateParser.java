package io.parley.demo;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses the due date and the priority in the text of a task, and removes their words from it. */
final class DueDateParser {

    private static final Pattern DATE = Pattern.compile(
            "\\s*\\b(?:(?:by|on|until|before|due|this|next)\\s+){0,2}(day after tomorrow|tomorrow|today|tonight|next week|in (\\d{1,3}) days"
                    + "|\\d{4}-\\d{2}-\\d{2}|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern HIGH = Pattern.compile(
            "\\s*\\(?\\b(?:urgent(?:ly)?|asap|as soon as possible|immediately|right away|critical)\\b\\)?[:,]?",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern LOW = Pattern.compile(
            "\\s*\\(?\\b(?:some ?day|eventually|whenever|at some point|no rush|low priority)\\b\\)?[:,]?",
            Pattern.CASE_INSENSITIVE);

    private final Optional<LocalDate> today;

    DueDateParser(Optional<LocalDate> today) {
        this.today = today;
    }

    /** Whether {@code sentence} contains a word for high priority. */
    static boolean isUrgent(String sentence) {
        return HIGH.matcher(sentence).find();
    }

    /** Parses one {@code part} of a sentence; {@code urgent} is true if the whole sentence is urgent. */
    Result parse(String part, boolean urgent) {
        String rest = part;
        Optional<LocalDate> due = Optional.empty();
        Matcher date = DATE.matcher(part);
        if (date.find()) {
            due = due(date);
            rest = due.isPresent() ? part.substring(0, date.start()) + part.substring(date.end()) : part;
        }
        String priority = urgent ? "high" : LOW.matcher(part).find() ? "low" : "medium";
        rest = HIGH.matcher(LOW.matcher(rest).replaceAll("")).replaceAll("");
        return new Result(rest, priority, due);
    }

    private Optional<LocalDate> due(Matcher date) {
        String word = date.group(1).toLowerCase(Locale.ROOT);
        try {
            if (Character.isDigit(word.charAt(0))) {
                return Optional.of(LocalDate.parse(word));
            }
            return today.map(day -> switch (word) {
                case "today", "tonight" -> day;
                case "tomorrow" -> day.plusDays(1);
                case "day after tomorrow" -> day.plusDays(2);
                case "next week" -> day.plusWeeks(1);
                default ->
                    word.startsWith("in ")
                            ? day.plusDays(Integer.parseInt(date.group(2)))
                            : day.with(TemporalAdjusters.next(DayOfWeek.valueOf(word.toUpperCase(Locale.ROOT))));
            });
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** The remaining text, and the parsed priority and due date. */
    record Result(String rest, String priority, Optional<LocalDate> due) {}
}
