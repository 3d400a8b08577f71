package io.parley.export.archive;

import io.parley.contract.FinishReason;
import io.parley.contract.FlowMessage.Draft;
import io.parley.contract.FlowMessage.Flow;
import io.parley.contract.FlowMessage.Priority;
import io.parley.contract.FlowMessage.Status;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import io.parley.contract.Speaker;
import io.parley.contract.Usage;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.Optional;

/** Reads the events of a log from the JSON that {@link EventWriter} writes. Does not check their order. */
final class EventReader {

    private static final int MAX_TURNS = 10_000;
    private static final int MAX_ATTEMPTS = 1_000_000;
    private static final int MAX_ITEMS = 1_000;
    private static final TextRule MAX_NAME_LENGTH = TextRule.maxLength(1_000);
    private static final TextRule MAX_TEXT_LENGTH = TextRule.maxLength(100_000);

    private final RunSpec spec;
    private final String owner;
    private final String context;

    /** @param owner the owner of everything that is read, in the context {@code context}; replaces the original owner */
    EventReader(RunSpec spec, String owner, String context) {
        this.spec = spec;
        this.owner = owner;
        this.context = context;
    }

    /** An event of an unknown type is a violation and reads as a pause. */
    RunEvent read(JsonFields fields) {
        String type = fields.text("type", MAX_NAME_LENGTH);
        long at = fields.instant("ts").toEpochMilli();
        return switch (type) {
            case "run_started" -> readRunStarted(fields, at);
            case "turn_started" ->
                new RunEvent.TurnStarted(
                        at,
                        turn(fields),
                        attempt(fields),
                        speaker(fields),
                        fields.text("provider", MAX_NAME_LENGTH),
                        fields.text("model", MAX_NAME_LENGTH));
            case "token" ->
                new RunEvent.Token(
                        at, turn(fields), attempt(fields), speaker(fields), fields.text("delta", TextRule.ANY));
            case "thinking" ->
                new RunEvent.ThinkingToken(
                        at, turn(fields), attempt(fields), speaker(fields), fields.text("delta", TextRule.ANY));
            case "turn_reset" -> readTurnReset(fields, at);
            case "turn_complete" -> readTurnCompleted(fields, at);
            case "flows_extracted" ->
                new RunEvent.FlowsExtracted(
                        at, fields.flag("ok"), fields.objects("flows", 0, MAX_ITEMS, this::readFlow));
            case "usage" -> new RunEvent.UsageCounted(at, turn(fields), usage(fields, "usage"), usage(fields, "total"));
            case "bot_updated" -> readBotUpdated(fields, at);
            case "injected" ->
                new RunEvent.Injected(at, fields.text("text", MAX_TEXT_LENGTH), injectedSpeaker(fields), key(fields));
            case "paused" -> new RunEvent.Paused(at, key(fields));
            case "resumed" -> new RunEvent.Resumed(at, fields.flag("step"), key(fields));
            case "error" ->
                new RunEvent.RunFailed(
                        at, fields.object("problem", ProblemJson::read).orElseGet(Problem.Internal::new));
            case "run_complete" -> readRunEnded(fields, at);
            default -> {
                fields.check("type", false, "enum", "must be a known event type");
                yield new RunEvent.Paused(at, Optional.empty());
            }
        };
    }

    private RunEvent readRunStarted(JsonFields fields, long at) {
        Optional<String> forkedFrom = fields.optionalText("forked_from", TextRule.ID);
        int inherited = fields.integer("inherited_turns", 0, MAX_TURNS);
        return switch (spec) {
            case RunSpec.Duo duo -> new RunEvent.RunStarted(at, duo, forkedFrom, inherited);
            case RunSpec.Chat _ -> {
                fields.check("type", false, "order", "must not occur in a chat");
                yield new RunEvent.Paused(at, Optional.empty());
            }
        };
    }

    private static RunEvent readTurnReset(JsonFields fields, long at) {
        return new RunEvent.TurnReset(
                at,
                turn(fields),
                attempt(fields),
                speaker(fields),
                fields.text("reason", MAX_NAME_LENGTH),
                fields.optionalText("from", MAX_NAME_LENGTH),
                fields.optionalText("to", MAX_NAME_LENGTH),
                usage(fields, "lost"));
    }

    private static RunEvent readTurnCompleted(JsonFields fields, long at) {
        return new RunEvent.TurnCompleted(
                at,
                turn(fields),
                attempt(fields),
                speaker(fields),
                fields.integer("chars", 0, Integer.MAX_VALUE),
                fields.oneOf("finish_reason", FinishReason.class, FinishReason.STOP),
                usage(fields, "usage"),
                fields.longInteger("ttft_ms", -1, Long.MAX_VALUE),
                fields.text("provider", MAX_NAME_LENGTH),
                fields.text("model", MAX_NAME_LENGTH),
                fields.optionalText("thinking", TextRule.ANY));
    }

    private Flow readFlow(JsonFields fields) {
        Draft draft = new Draft(
                fields.text("title", MAX_TEXT_LENGTH),
                fields.optionalText("description", MAX_TEXT_LENGTH),
                fields.oneOf("priority", Priority.class, Priority.MEDIUM),
                fields.optionalText("due_date", MAX_NAME_LENGTH),
                fields.flag("reminder_enabled"),
                fields.oneOf("status", Status.class, Status.OPEN),
                fields.optionalText("source_run", MAX_NAME_LENGTH));
        return new Flow(
                fields.text("id", MAX_NAME_LENGTH),
                owner,
                context,
                draft,
                fields.instant("created_at"),
                fields.instant("updated_at"));
    }

    private static RunEvent readBotUpdated(JsonFields fields, long at) {
        return new RunEvent.BotUpdated(
                at,
                fields.integer("index", 0, 1),
                fields.object("bot", RunSpecJson::readBot).orElse(RunSpecJson.EMPTY_BOT),
                fields.integer("revision", 1, Integer.MAX_VALUE),
                fields.texts("changes", MAX_ITEMS, TextRule.ANY),
                key(fields));
    }

    private static RunEvent readRunEnded(JsonFields fields, long at) {
        RunStatus status = fields.oneOf("status", RunStatus.class, RunStatus.ERROR);
        fields.check("status", status.ended(), "enum", "must be the status of a run that has ended");
        return new RunEvent.Ended(
                at,
                status,
                fields.integer("turns", 0, MAX_TURNS),
                usage(fields, "usage_total"),
                fields.optionalOneOf("finish_reason", FinishReason.class),
                fields.optionalObject("problem", ProblemJson::read),
                fields.optionalText("reason", MAX_NAME_LENGTH),
                fields.optionalText("provider", MAX_NAME_LENGTH),
                fields.optionalText("model", MAX_NAME_LENGTH));
    }

    private static Optional<Speaker> injectedSpeaker(JsonFields fields) {
        return fields.text("as", MAX_NAME_LENGTH).equals(EventWriter.MODERATOR)
                ? Optional.empty()
                : Optional.of(fields.oneOf("as", Speaker.class, Speaker.BOT0));
    }

    private static int turn(JsonFields fields) {
        return fields.integer("turn", 0, MAX_TURNS);
    }

    private static int attempt(JsonFields fields) {
        return fields.integer("attempt", 1, MAX_ATTEMPTS);
    }

    private static Speaker speaker(JsonFields fields) {
        return fields.oneOf("role", Speaker.class, Speaker.ASSISTANT);
    }

    private static Usage usage(JsonFields fields, String name) {
        return fields.object(name, ArchiveUsage::usage).orElse(Usage.NONE);
    }

    private static Optional<String> key(JsonFields fields) {
        return fields.optionalText("key", MAX_NAME_LENGTH);
    }
}
