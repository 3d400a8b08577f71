package io.parley.export;

import io.parley.contract.FinishReason;
import io.parley.contract.FlowMessage.Draft;
import io.parley.contract.FlowMessage.Flow;
import io.parley.contract.FlowMessage.Priority;
import io.parley.contract.FlowMessage.Status;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunStatus;
import io.parley.contract.Script;
import io.parley.contract.Speaker;
import io.parley.contract.Usage;
import java.util.Optional;

/** The events of a log, read from the JSON that {@link EventWriter} writes. Knows nothing of how they must follow each other. */
final class EventReader {

    private static final int TURNS = 10_000;
    private static final int ATTEMPTS = 1_000_000;
    private static final int NAME = 1_000;
    private static final int TEXT = 100_000;
    private static final int EVERYTHING = Integer.MAX_VALUE;

    private final Script script;
    private final String owner;
    private final String context;

    /** @param owner who gets all that is read, in the context {@code context}, whoever had it before */
    EventReader(Script script, String owner, String context) {
        this.script = script;
        this.owner = owner;
        this.context = context;
    }

    /** An event that is none reads as a pause; the mistake is noted. */
    RunEvent read(Fields fields) {
        String type = fields.text("type", NAME);
        long at = fields.instant("ts").toEpochMilli();
        return switch (type) {
            case "run_started" -> started(fields, at);
            case "turn_started" ->
                new RunEvent.TurnStarted(
                        at,
                        turn(fields),
                        attempt(fields),
                        speaker(fields),
                        fields.text("provider", NAME),
                        fields.text("model", NAME));
            case "token" ->
                new RunEvent.Token(
                        at, turn(fields), attempt(fields), speaker(fields), fields.text("delta", EVERYTHING));
            case "turn_reset" -> reset(fields, at);
            case "turn_complete" -> completed(fields, at);
            case "flows_extracted" ->
                new RunEvent.FlowsExtracted(at, fields.flag("ok"), fields.objects("flows", 0, NAME, this::flow));
            case "usage" -> new RunEvent.UsageCounted(at, turn(fields), usage(fields, "usage"), usage(fields, "total"));
            case "bot_updated" -> updated(fields, at);
            case "injected" -> new RunEvent.Injected(at, fields.text("text", TEXT), as(fields), key(fields));
            case "paused" -> new RunEvent.Paused(at, key(fields));
            case "resumed" -> new RunEvent.Resumed(at, fields.flag("step"), key(fields));
            case "error" ->
                new RunEvent.Broken(
                        at, fields.object("problem", ProblemJson::read).orElseGet(Problem.Internal::new));
            case "run_complete" -> ended(fields, at);
            default -> {
                fields.check("type", false, "enum", "is no type of event");
                yield new RunEvent.Paused(at, Optional.empty());
            }
        };
    }

    private RunEvent started(Fields fields, long at) {
        Optional<String> forkedFrom = fields.checked(
                "forked_from",
                fields.maybeText("forked_from", NAME),
                id -> id.matches("[A-Za-z0-9_-]{1,64}"),
                "pattern",
                "must be an id");
        int inherited = fields.number("inherited_turns", 0, TURNS);
        return switch (script) {
            case Script.Duo duo -> new RunEvent.RunStarted(at, duo, forkedFrom, inherited);
            case Script.Chat _ -> {
                fields.check("type", false, "order", "a chat has no such event");
                yield new RunEvent.Paused(at, Optional.empty());
            }
        };
    }

    private static RunEvent reset(Fields fields, long at) {
        return new RunEvent.TurnReset(
                at,
                turn(fields),
                attempt(fields),
                speaker(fields),
                fields.text("reason", NAME),
                fields.maybeText("from", NAME),
                fields.maybeText("to", NAME),
                usage(fields, "lost"));
    }

    private static RunEvent completed(Fields fields, long at) {
        return new RunEvent.TurnCompleted(
                at,
                turn(fields),
                attempt(fields),
                speaker(fields),
                fields.number("chars", 0, Integer.MAX_VALUE),
                fields.word("finish_reason", FinishReason.class, FinishReason.STOP),
                usage(fields, "usage"),
                fields.whole("ttft_ms", -1, Long.MAX_VALUE),
                fields.text("provider", NAME),
                fields.text("model", NAME));
    }

    private Flow flow(Fields fields) {
        Draft draft = new Draft(
                fields.text("title", TEXT),
                fields.maybeText("description", TEXT),
                fields.word("priority", Priority.class, Priority.MEDIUM),
                fields.maybeText("due_date", NAME),
                fields.flag("reminder_enabled"),
                fields.word("status", Status.class, Status.OPEN),
                fields.maybeText("source_run", NAME));
        return new Flow(
                fields.text("id", NAME),
                owner,
                context,
                draft,
                fields.instant("created_at"),
                fields.instant("updated_at"));
    }

    private static RunEvent updated(Fields fields, long at) {
        return new RunEvent.BotUpdated(
                at,
                fields.number("index", 0, 1),
                fields.object("bot", ScriptJson::readBot).orElse(ScriptJson.NOBODY),
                fields.number("revision", 1, Integer.MAX_VALUE),
                fields.texts("changes", NAME),
                key(fields));
    }

    private static RunEvent ended(Fields fields, long at) {
        RunStatus status = fields.word("status", RunStatus.class, RunStatus.ERROR);
        fields.check("status", status.ended(), "enum", "must be the status of a run that has ended");
        return new RunEvent.Ended(
                at,
                status,
                fields.number("turns", 0, TURNS),
                usage(fields, "usage_total"),
                fields.maybeWord("finish_reason", FinishReason.class),
                fields.maybeObject("problem", ProblemJson::read),
                fields.maybeText("reason", NAME),
                fields.maybeText("provider", NAME),
                fields.maybeText("model", NAME));
    }

    private static Optional<Speaker> as(Fields fields) {
        return fields.text("as", NAME).equals(EventWriter.MODERATOR)
                ? Optional.empty()
                : Optional.of(fields.word("as", Speaker.class, Speaker.BOT0));
    }

    private static int turn(Fields fields) {
        return fields.number("turn", 0, TURNS);
    }

    private static int attempt(Fields fields) {
        return fields.number("attempt", 1, ATTEMPTS);
    }

    private static Speaker speaker(Fields fields) {
        return fields.word("role", Speaker.class, Speaker.ASSISTANT);
    }

    private static Usage usage(Fields fields, String name) {
        return fields.object(name, Numbers::usage).orElse(Usage.NONE);
    }

    private static Optional<String> key(Fields fields) {
        return fields.maybeText("key", NAME);
    }
}
