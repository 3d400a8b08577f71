package io.parley.export.archive;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.FlowMessage.Draft;
import io.parley.contract.FlowMessage.Flow;
import io.parley.contract.RunEvent;
import io.parley.contract.RunEvent.BotUpdated;
import io.parley.contract.RunEvent.Ended;
import io.parley.contract.RunEvent.FlowsExtracted;
import io.parley.contract.RunEvent.Injected;
import io.parley.contract.RunEvent.Paused;
import io.parley.contract.RunEvent.Resumed;
import io.parley.contract.RunEvent.RunFailed;
import io.parley.contract.RunEvent.RunStarted;
import io.parley.contract.RunEvent.ThinkingToken;
import io.parley.contract.RunEvent.Token;
import io.parley.contract.RunEvent.TurnCompleted;
import io.parley.contract.RunEvent.TurnReset;
import io.parley.contract.RunEvent.TurnStarted;
import io.parley.contract.RunEvent.UsageCounted;
import io.parley.contract.Speaker;
import io.parley.contract.WireName;
import java.time.Instant;
import java.util.Optional;

/** Writes the events of a log as JSON, with the names that live streams use and with every field of an event. */
final class EventWriter {

    static final String MODERATOR = "moderator";

    private EventWriter() {}

    /** Omits the spec of {@link RunStarted}, which the archive already contains. */
    static ObjectNode write(RunEvent event) {
        return switch (event) {
            case RunStarted started -> writeRunStarted(started);
            case TurnStarted turn ->
                turn("turn_started", turn, turn.turn(), turn.attempt(), turn.speaker())
                        .put("provider", turn.provider())
                        .put("model", turn.model());
            case Token token ->
                turn("token", token, token.turn(), token.attempt(), token.speaker())
                        .put("delta", token.delta());
            case ThinkingToken thinking ->
                turn("thinking", thinking, thinking.turn(), thinking.attempt(), thinking.speaker())
                        .put("delta", thinking.delta());
            case TurnReset reset -> writeTurnReset(reset);
            case TurnCompleted turn -> writeTurnCompleted(turn);
            case FlowsExtracted extracted -> writeFlows(extracted);
            case UsageCounted counted -> writeUsage(counted);
            case BotUpdated updated -> writeBotUpdated(updated);
            case Injected injected ->
                withKey(
                        object("injected", injected)
                                .put("text", injected.text())
                                .put(
                                        "as",
                                        injected.speaker()
                                                .map(Speaker::wireName)
                                                .orElse(MODERATOR)),
                        injected.idempotencyKey());
            case Paused paused -> withKey(object("paused", paused), paused.idempotencyKey());
            case Resumed resumed ->
                withKey(object("resumed", resumed).put("step", resumed.step()), resumed.idempotencyKey());
            case RunFailed failed -> {
                ObjectNode json = object("error", failed);
                json.set("problem", ProblemJson.write(failed.problem()));
                yield json;
            }
            case Ended ended -> writeRunEnded(ended);
        };
    }

    private static ObjectNode writeRunStarted(RunStarted started) {
        ObjectNode json = object("run_started", started);
        started.forkedFrom().ifPresent(run -> json.put("forked_from", run));
        return json.put("inherited_turns", started.inheritedTurns());
    }

    private static ObjectNode writeTurnReset(TurnReset reset) {
        ObjectNode json = turn("turn_reset", reset, reset.turn(), reset.attempt(), reset.speaker())
                .put("reason", reset.reason());
        reset.fromProvider().ifPresent(from -> json.put("from", from));
        reset.toProvider().ifPresent(to -> json.put("to", to));
        json.set("lost", ArchiveUsage.usage(reset.discardedUsage()));
        return json;
    }

    private static ObjectNode writeTurnCompleted(TurnCompleted turn) {
        ObjectNode json = turn("turn_complete", turn, turn.turn(), turn.attempt(), turn.speaker())
                .put("chars", turn.chars())
                .put("finish_reason", turn.reason().wireName());
        json.set("usage", ArchiveUsage.usage(turn.usage()));
        turn.thinking().ifPresent(thinking -> json.put("thinking", thinking));
        return json.put("ttft_ms", turn.firstTokenMillis())
                .put("provider", turn.provider())
                .put("model", turn.model());
    }

    private static ObjectNode writeFlows(FlowsExtracted extracted) {
        ObjectNode json = object("flows_extracted", extracted).put("ok", extracted.ok());
        ArrayNode flows = json.putArray("flows");
        extracted.flows().forEach(flow -> flows.add(writeFlow(flow)));
        return json;
    }

    private static ObjectNode writeFlow(Flow flow) {
        Draft draft = flow.draft();
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("id", flow.id()).put("title", draft.title());
        draft.description().ifPresent(description -> json.put("description", description));
        json.put("priority", WireName.of(draft.priority()));
        draft.dueDate().ifPresent(due -> json.put("due_date", due));
        json.put("reminder_enabled", draft.reminderEnabled()).put("status", WireName.of(draft.status()));
        draft.sourceRun().ifPresent(run -> json.put("source_run", run));
        return json.put("created_at", flow.createdAt().toString())
                .put("updated_at", flow.updatedAt().toString());
    }

    private static ObjectNode writeUsage(UsageCounted counted) {
        ObjectNode json = object("usage", counted).put("turn", counted.turn());
        json.set("usage", ArchiveUsage.usage(counted.usage()));
        json.set("total", ArchiveUsage.usage(counted.total()));
        return json;
    }

    private static ObjectNode writeBotUpdated(BotUpdated updated) {
        ObjectNode json =
                object("bot_updated", updated).put("index", updated.index()).put("revision", updated.revision());
        ArrayNode changes = json.putArray("changes");
        updated.changes().forEach(changes::add);
        json.set("bot", RunSpecJson.bot(updated.bot()));
        return withKey(json, updated.idempotencyKey());
    }

    private static ObjectNode writeRunEnded(Ended ended) {
        ObjectNode json = object("run_complete", ended)
                .put("status", ended.status().wireName())
                .put("turns", ended.turns());
        ended.cause().ifPresent(cause -> json.put("reason", cause));
        ended.problem().ifPresent(problem -> json.set("problem", ProblemJson.write(problem)));
        ended.reason().ifPresent(reason -> json.put("finish_reason", reason.wireName()));
        ended.provider().ifPresent(provider -> json.put("provider", provider));
        ended.model().ifPresent(model -> json.put("model", model));
        json.set("usage_total", ArchiveUsage.usage(ended.usage()));
        return json;
    }

    private static ObjectNode turn(String type, RunEvent event, int turn, int attempt, Speaker speaker) {
        return object(type, event).put("turn", turn).put("attempt", attempt).put("role", speaker.wireName());
    }

    private static ObjectNode object(String type, RunEvent event) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", type)
                .put("ts", Instant.ofEpochMilli(event.at()).toString());
    }

    private static ObjectNode withKey(ObjectNode json, Optional<String> key) {
        key.ifPresent(value -> json.put("key", value));
        return json;
    }
}
