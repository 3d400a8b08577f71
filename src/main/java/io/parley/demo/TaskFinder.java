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

    private static final int MOST_TASKS = 20;
    private static final int LONGEST_TITLE = 200;
    private static final int LONGEST_TEXT = 20_000;

    private static final Pattern BULLET =
            Pattern.compile("^\\s*(?:[-*•+]|\\d{1,2}[.)]|\\[[ x]?])\\s+(?:\\[[ x]?]\\s*)?");
    private static final Pattern TRIGGER = Pattern.compile(
            "\\b(?:(?:i|we)\\s+(?:(?:really|still|also|just|then)\\s+)?(?:(?:need|have|ought|got)\\s+to|must|should|gotta)"
                    + "|(?:i|we)(?:'|’)(?:ve\\s+got|ll\\s+have|ll\\s+need)\\s+to"
                    + "|remind\\s+(?:me|us)\\s+to|(?:do\\s+not|don(?:'|’)?t)\\s+forget\\s+to|remember\\s+to|make\\s+sure\\s+to"
                    + "|please|to-?do\\s*:|tasks?\\s*:)(?![\\p{L}'’])",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern ASKS_ANYWAY = Pattern.compile("please|remind\\s+(?:me|us)", Pattern.CASE_INSENSITIVE);
    private static final Pattern SEPARATOR = Pattern.compile(
            "\\s*,\\s*(?:and\\s+)?(?:then\\s+)?(?:also\\s+)?|\\s+and\\s+(?:then\\s+)?(?:also\\s+)?|\\s+then\\s+",
            Pattern.CASE_INSENSITIVE);
    /** What follows these is more of the same task. */
    private static final Set<String> NO_VERB = Set.of(
            "a", "an", "the", "my", "our", "your", "his", "her", "their", "its", "this", "that", "these", "those",
            "some", "any", "for", "with", "to", "from", "in", "on", "at", "by", "of", "about", "without", "him", "them",
            "me", "us", "you", "it", "two", "three", "four", "five", "another", "maybe", "perhaps", "if", "when",
            "because", "but", "so", "which", "who");

    /** Somebody who says "please" and one of these wants an answer, not a task. */
    private static final Set<String> FOR_US = Set.of(
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

    private final DueDateParser when;

    /** @param today what "tomorrow" is counted from, if anybody said */
    TaskFinder(Optional<LocalDate> today) {
        this.when = new DueDateParser(today);
    }

    /** The tasks in what one person said, in order, none twice. */
    List<Task> in(List<String> texts) {
        List<Task> tasks = new ArrayList<>();
        texts.forEach(text -> collect(text, tasks));
        return tasks.stream().limit(MOST_TASKS).toList();
    }

    private void collect(String text, List<Task> tasks) {
        boolean listing = false;
        String bounded = Sentences.shortened(text, LONGEST_TEXT);
        for (String line : bounded.lines().map(Sentences::evenlySpaced).toList()) {
            Matcher bullet = BULLET.matcher(line);
            boolean item = bullet.find();
            String said = item ? line.substring(bullet.end()) : line;
            if (item && listing && !TRIGGER.matcher(said).find()) {
                add(said, DueDateParser.urgent(said), tasks);
                continue;
            }
            Sentences.sentences(said).forEach(sentence -> announced(sentence, tasks));
            if (!item && !said.isBlank()) {
                listing = said.stripTrailing().endsWith(":")
                        && TRIGGER.matcher(said).find();
            }
        }
    }

    /** A sentence may announce several times: each announcement reaches to the next one. */
    private void announced(String sentence, List<Task> tasks) {
        boolean question = sentence.endsWith("?");
        Matcher trigger = TRIGGER.matcher(sentence);
        boolean urgent = DueDateParser.urgent(sentence);
        boolean more = trigger.find() && !sentence.endsWith(":");
        while (more) {
            String announcement = trigger.group();
            int from = trigger.end();
            more = trigger.find();
            String rest = Sentences.trimmed(sentence.substring(from, more ? trigger.start() : sentence.length()));
            boolean forUs = announcement.equalsIgnoreCase("please") && FOR_US.contains(Sentences.first(rest));
            if (!forUs && (!question || ASKS_ANYWAY.matcher(announcement).find())) {
                parts(rest).forEach(part -> add(part, urgent, tasks));
            }
        }
    }

    /** "buy milk and eggs and call Ann" is two tasks: what begins like no verb goes on with the task before it. */
    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        Matcher separator = SEPARATOR.matcher(text);
        int begin = 0;
        while (separator.find()) {
            if (begins(text.substring(separator.end()))) {
                parts.add(text.substring(begin, separator.start()));
                begin = separator.end();
            }
        }
        parts.add(text.substring(begin));
        return parts;
    }

    private static boolean begins(String text) {
        String next = SEPARATOR.split(text, 2)[0].strip();
        boolean oneWord = next.indexOf(' ') < 0;
        return !oneWord && Character.isLowerCase(next.charAt(0)) && !NO_VERB.contains(Sentences.first(next));
    }

    private void add(String part, boolean urgent, List<Task> tasks) {
        DueDateParser.Result found = when.in(part, urgent);
        String title = Sentences.trimmed(found.rest());
        boolean known = tasks.stream().anyMatch(task -> task.title().equalsIgnoreCase(title));
        if (title.codePoints().anyMatch(Character::isLetter) && !known) {
            tasks.add(
                    new Task(Sentences.capitalised(Sentences.shortened(title, LONGEST_TITLE)), found.priority(), found.due()));
        }
    }
}
