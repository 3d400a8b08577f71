package io.parley.demo;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Generates the answers of the demo model. The same prompt always gets the same answer. Does not handle HTTP. */
final class ReplyGenerator {

    private static final Pattern TODAY = Pattern.compile("(\\d{4}-\\d{2}-\\d{2})");
    private static final Pattern PERSONA =
            Pattern.compile("\\byou are (?:an? |the )?([^.,;:!?\\n]{2,40})", Pattern.CASE_INSENSITIVE);
    private static final Pattern GREETING = Pattern.compile(
            "^\\W*(?:hi|hello|hey|good (?:morning|evening|afternoon))\\b[^?]{0,30}$", Pattern.CASE_INSENSITIVE);
    private static final Pattern ASSISTANT = Pattern.compile("^assistant\\b", Pattern.CASE_INSENSITIVE);
    private static final int MAX_NAMED_TASKS = 3;

    /** The reasoning before an answer. */
    static final String THOUGHT = "Let me think about this first.";

    /** {@code %1$s} is the end of the last message, {@code %2$s} the topic. No template ends with a quotation. */
    private static final List<String> TEMPLATES = List.of(
            "“%1$s”: that is where I would begin, too. With %2$s it helps to look first at what can be observed, and to judge"
                    + " only then.",
            "I hear you when you say “%1$s”. Still, %2$s has another side: the cost has to be carried, and rarely by"
                    + " the one who decides.",
            "You put it as “%1$s”, and I agree in part. My worry about %2$s is how it behaves when things go wrong.",
            "Let me turn “%1$s” around: what would have to be true for the opposite? For %2$s I can think of at least one"
                    + " case.",
            "“%1$s” is a fair point. A small experiment on %2$s would teach us more than another argument.",
            "If I take “%1$s” seriously, then %2$s is a question of time rather than of principle.",
            "You end with “%1$s”. I would add that %2$s looks different to a beginner than to an expert, and both are right.",
            "Suppose “%1$s” holds. Then the next step for %2$s is to agree on how we would notice that we are wrong.");

    private ReplyGenerator() {}

    /** The flows in the user's messages, as JSON. */
    static String flows(List<DemoMessage> messages) {
        JsonArray flows = new JsonArray();
        for (Task task : new TaskFinder(today(messages)).find(userTexts(messages))) {
            flows.add(new JsonObject()
                    .put("title", task.title())
                    .putNull("description")
                    .put("priority", task.priority())
                    .put("due_date", task.due().map(LocalDate::toString).orElse(null)));
        }
        return new JsonObject().put("flows", flows).encode();
    }

    /** The answer to the last message of the user, which says how many pictures the message has. */
    static String reply(List<DemoMessage> messages) {
        int pictures = messages.stream()
                .filter(DemoMessage::fromUser)
                .map(DemoMessage::pictures)
                .reduce(0, (_, later) -> later);
        String received = pictures == 1 ? "I have received a picture. " : "I have received " + pictures + " pictures. ";
        return (pictures == 0 ? "" : received) + textReply(messages);
    }

    private static String textReply(List<DemoMessage> messages) {
        String last = lastUserText(messages);
        List<Task> tasks = new TaskFinder(Optional.empty()).find(List.of(last));
        if (!tasks.isEmpty()) {
            String more = tasks.size() > MAX_NAMED_TASKS ? "; and " + (tasks.size() - MAX_NAMED_TASKS) + " more" : "";
            return "I can help you with that. I have noted: "
                    + tasks.stream()
                            .limit(MAX_NAMED_TASKS)
                            .map(ReplyGenerator::lowercaseTitle)
                            .collect(Collectors.joining("; "))
                    + more
                    + ". Which of it shall we look at first?";
        }
        String ending = Quotation.ending(last);
        if (ending.isEmpty() || GREETING.matcher(last.strip()).find()) {
            return "Hello! I am Parley's built-in demo model. Tell me what you have to do, or give me a topic to talk about.";
        }
        return introduction(messages) + String.format(Locale.ROOT, template(messages), ending, topic(first(messages)));
    }

    /** Depends on the first message and the number of messages, not on the system prompt, which contains the name of the context. */
    private static String template(List<DemoMessage> messages) {
        int count = Math.toIntExact(
                messages.stream().filter(line -> !line.role().equals("system")).count());
        return TEMPLATES.get(Math.floorMod(first(messages).hashCode() + 3 * count, TEMPLATES.size()));
    }

    private static String lowercaseTitle(Task task) {
        String title = Quotation.opening(task.title());
        return title.substring(0, 1).toLowerCase(Locale.ROOT) + title.substring(1);
    }

    /** Empty for a plain assistant, which is the default prompt of a context. */
    private static String introduction(List<DemoMessage> messages) {
        boolean continued = messages.stream().anyMatch(line -> line.role().equals("assistant"));
        return messages.stream()
                .filter(line -> !continued && line.role().equals("system"))
                .map(line -> PERSONA.matcher(line.text()))
                .filter(Matcher::find)
                .map(persona -> persona.group(1).strip())
                .filter(persona -> !ASSISTANT.matcher(persona).find())
                .findFirst()
                .map(persona -> "Speaking as " + persona + ": ")
                .orElse("");
    }

    private static String topic(String first) {
        String opening = Quotation.opening(first);
        return opening.isEmpty() ? "this" : opening;
    }

    /** The user's messages: those in the transcript if the last message is one, otherwise those of the prompt. */
    private static List<String> userTexts(List<DemoMessage> messages) {
        try {
            return new JsonArray(lastUserText(messages))
                    .stream()
                            .filter(JsonObject.class::isInstance)
                            .map(JsonObject.class::cast)
                            .filter(message -> "user".equals(message.getValue("role")))
                            .map(message -> String.valueOf(message.getValue("content")))
                            .toList();
        } catch (DecodeException e) {
            return messages.stream()
                    .filter(DemoMessage::fromUser)
                    .map(DemoMessage::text)
                    .toList();
        }
    }

    private static String first(List<DemoMessage> messages) {
        return messages.stream()
                .filter(DemoMessage::fromUser)
                .map(DemoMessage::text)
                .findFirst()
                .orElse("");
    }

    private static String lastUserText(List<DemoMessage> messages) {
        return messages.stream()
                .filter(DemoMessage::fromUser)
                .map(DemoMessage::text)
                .reduce("", (_, later) -> later);
    }

    /** The last date in the system prompts, which state the current date. */
    private static Optional<LocalDate> today(List<DemoMessage> messages) {
        return messages.stream()
                .filter(line -> line.role().equals("system"))
                .flatMap(line -> TODAY.matcher(line.text()).results())
                .map(match -> date(match.group(1)))
                .reduce(Optional.empty(), (previous, later) -> later.isPresent() ? later : previous);
    }

    private static Optional<LocalDate> date(String text) {
        try {
            return Optional.of(LocalDate.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
