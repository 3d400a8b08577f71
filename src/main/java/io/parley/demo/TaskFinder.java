package io.parley.demo;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds tasks in plain English by common phrases, such as "I need to …", "remind me to …", "todo: …", and in lists below such a
 * phrase. The same text always gives the same tasks.
 */
final class TaskFinder {

    private static final int MAX_TASKS = 20;
    private static final int MAX_TITLE_LENGTH = 200;
    private static final int MAX_TEXT_LENGTH = 20_000;

    private static final Pattern BULLET =
            Pattern.compile("^\\s*(?:[-*•+]|\\d{1,2}[.)]|\\[[ x]?])\\s+(?:\\[[ x]?]\\s*)?");
    private static final Pattern TRIGGER = Pattern.compile(
            "\\b(?:(?:i|we)\\s+(?:(?:really|still|also|just|then)\\s+)?(?:(?:need|have|ought|got)\\s+to|must|should|gotta)"
                    + "|(?:i|we)(?:'|’)(?:ve\\s+got|ll\\s+have|ll\\s+need)\\s+to"
                    + "|remind\\s+(?:me|us)\\s+to|(?:do\\s+not|don(?:'|’)?t)\\s+forget\\s+to|remember\\s+to|make\\s+sure\\s+to"
                    + "|please|to-?do\\s*:|tasks?\\s*:)(?![\\p{L}'’])",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern REQUEST_MARKER =
            Pattern.compile("please|remind\\s+(?:me|us)", Pattern.CASE_INSENSITIVE);
    private static final Pattern SEPARATOR = Pattern.compile(
            "\\s*,\\s*(?:and\\s+)?(?:then\\s+)?(?:also\\s+)?|\\s+and\\s+(?:then\\s+)?(?:also\\s+)?|\\s+then\\s+",
            Pattern.CASE_INSENSITIVE);
    /** A part that begins with one of these continues the task before it. */
    private static final Set<String> NON_VERBS = Set.of(
            "a", "an", "the", "my", "our", "your", "his", "her", "their", "its", "this", "that", "these", "those",
            "some", "any", "for", "with", "to", "from", "in", "on", "at", "by", "of", "about", "without", "him", "them",
            "me", "us", "you", "it", "two", "three", "four", "five", "another", "maybe", "perhaps", "if", "when",
            "because", "but", "so", "which", "who");

    /** A "please" before one of these asks for an answer and announces no task. */
    private static final Set<String> ASSISTANT_VERBS = Set.of(
            "tell",
            "explain",
            "answer",
            "show",
            "give",
            "help",
            "describe",
            "list",
            "summarize",
            "summarise",
            "translate",
            "say",
            "let",
            "be",
            "continue",
            "stop",
            "repeat",
            "respond",
            "reply",
            "go",
            "note",
            "do",
            "don't");

    private final DueDateParser dueDateParser;

    /** @param today the date that "tomorrow" is relative to, if known */
    TaskFinder(Optional<LocalDate> today) {
        this.dueDateParser = new DueDateParser(today);
    }

    /** The tasks in {@code texts}, in order, without duplicates. */
    List<Task> find(List<String> texts) {
        List<Task> tasks = new ArrayList<>();
        texts.forEach(text -> collect(text, tasks));
        return tasks.stream().limit(MAX_TASKS).toList();
    }

    private void collect(String text, List<Task> tasks) {
        boolean inTaskList = false;
        String bounded = Sentences.truncate(text, MAX_TEXT_LENGTH);
        for (String line : bounded.lines().map(Sentences::collapseSpaces).toList()) {
            Matcher bullet = BULLET.matcher(line);
            boolean item = bullet.find();
            String content = item ? line.substring(bullet.end()) : line;
            if (item && inTaskList && !TRIGGER.matcher(content).find()) {
                add(content, DueDateParser.isUrgent(content), tasks);
                continue;
            }
            Sentences.split(content).forEach(sentence -> collectTriggered(sentence, tasks));
            if (!item && !content.isBlank()) {
                inTaskList = content.stripTrailing().endsWith(":")
                        && TRIGGER.matcher(content).find();
            }
        }
    }

    /** A sentence may contain several triggers; the text of each ends at the next one. */
    private void collectTriggered(String sentence, List<Task> tasks) {
        boolean question = sentence.endsWith("?");
        Matcher trigger = TRIGGER.matcher(sentence);
        boolean urgent = DueDateParser.isUrgent(sentence);
        boolean hasNext = trigger.find() && !sentence.endsWith(":");
        while (hasNext) {
            String triggerText = trigger.group();
            int from = trigger.end();
            hasNext = trigger.find();
            String rest = Sentences.trim(sentence.substring(from, hasNext ? trigger.start() : sentence.length()));
            boolean addressesAssistant =
                    triggerText.equalsIgnoreCase("please") && ASSISTANT_VERBS.contains(Sentences.firstWord(rest));
            if (!addressesAssistant
                    && (!question || REQUEST_MARKER.matcher(triggerText).find())) {
                splitTasks(rest).forEach(part -> add(part, urgent, tasks));
            }
        }
    }

    /** "buy milk and eggs and call Ann" is two tasks: a part without a verb continues the task before it. */
    private static List<String> splitTasks(String text) {
        List<String> parts = new ArrayList<>();
        Matcher separator = SEPARATOR.matcher(text);
        int start = 0;
        while (separator.find()) {
            if (startsTask(text.substring(separator.end()))) {
                parts.add(text.substring(start, separator.start()));
                start = separator.end();
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static boolean startsTask(String text) {
        String next = SEPARATOR.split(text, 2)[0].strip();
        boolean oneWord = next.indexOf(' ') < 0;
        return !oneWord && Character.isLowerCase(next.charAt(0)) && !NON_VERBS.contains(Sentences.firstWord(next));
    }

    private void add(String part, boolean urgent, List<Task> tasks) {
        DueDateParser.Result found = dueDateParser.parse(part, urgent);
        String title = Sentences.trim(found.rest());
        boolean duplicate = tasks.stream().anyMatch(task -> task.title().equalsIgnoreCase(title));
        if (title.codePoints().anyMatch(Character::isLetter) && !duplicate) {
            tasks.add(new Task(
                    Sentences.capitalize(Sentences.truncate(title, MAX_TITLE_LENGTH)), found.priority(), found.due()));
        }
    }
}
