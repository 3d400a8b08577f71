package io.parley.demo;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds tasks in plain English, by how people usually announce them: "I need to …", "remind me to …", "todo: …", and lists below
 * such words. The same text always holds the same tasks.
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
    /** What follows these is more of the same task. */
    private static final Set<String> NON_VERBS = Set.of(
            "a", "an", "the", "my", "our", "your", "his", "her", "their", "its", "this", "that", "these", "those",
            "some", "any", "for", "with", "to", "from", "in", "on", "at", "by", "of", "about", "without", "him", "them",
            "me", "us", "you", "it", "two", "three", "four", "five", "another", "maybe", "perhaps", "if", "when",
            "because", "but", "so", "which", "who");

    /** Somebody who says "please" and one of these wants an answer, not a task. */
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

    /** @param today what "tomorrow" is counted from, if anybody said */
    TaskFinder(Optional<LocalDate> today) {
        this.dueDateParser = new DueDateParser(today);
    }

    /** The tasks in what one person said, in order, none twice. */
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

    /** A sentence may announce several times: each announcement reaches to the next one. */
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

    /** "buy milk and eggs and call Ann" is two tasks: what begins like no verb goes on with the task before it. */
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
