package io.parley.http.conversation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.BotState;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunSpec;
import io.parley.contract.Speaker;
import io.parley.contract.Usage;
import io.parley.json.TokenUsageJson;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Writes two-agent conversations and their events as JSON: the same fields over SSE and WebSocket. */
public final class DuoViews {

    private DuoViews() {}

    /** Every event has {@code type}, {@code seq} and {@code ts}; events of a turn also {@code turn}, {@code attempt} and {@code role}. */
    public static ObjectNode event(Cursor cursor, RunEvent event) {
        ObjectNode view = object().put("type", type(event))
                .put("seq", cursor.seq())
                .put("ts", Instant.ofEpochMilli(event.at()).toString());
        switch (event) {
            case RunEvent.RunStarted run -> started(view, run);
            case RunEvent.TurnStarted turn ->
                turn(view, turn.turn(), turn.attempt(), turn.speaker())
                        .put("provider", turn.provider())
                        .put("model", turn.model());
            case RunEvent.Token token -> fragment(view, token);
            case RunEvent.ThinkingToken thinking -> fragment(view, thinking);
            case RunEvent.TurnReset reset -> reset(view, reset);
            case RunEvent.TurnCompleted turn -> {
                turn(view, turn.turn(), turn.attempt(), turn.speaker());
                view.setAll(ChatViews.turn(turn));
            }
            case RunEvent.FlowsExtracted extracted -> view.put("extraction", extracted.ok() ? "ok" : "failed");
            case RunEvent.UsageCounted counts -> {
                view.put("turn", counts.turn());
                view.setAll(TokenUsageJson.write(counts.usage()));
                view.set("total", TokenUsageJson.write(counts.total()));
            }
            case RunEvent.BotUpdated updated -> updated(view, updated);
            case RunEvent.Injected injected ->
                view.put("text", injected.text())
                        .put("as", injected.speaker().map(Speaker::wireName).orElse("moderator"));
            case RunEvent.Paused _ -> {}
            case RunEvent.Resumed resumed -> view.put("step", resumed.step());
            case RunEvent.RunFailed broken -> problem(view, broken.problem());
            case RunEvent.Ended end -> ended(view, end);
        }
        return view;
    }

    static String type(RunEvent event) {
        return switch (event) {
            case RunEvent.RunStarted _ -> "run_started";
            case RunEvent.TurnStarted _ -> "turn_started";
            case RunEvent.Token _ -> "token";
            case RunEvent.ThinkingToken _ -> "thinking";
            case RunEvent.TurnReset _ -> "turn_reset";
            case RunEvent.TurnCompleted _ -> "turn_complete";
            case RunEvent.FlowsExtracted _ -> "flows_extracted";
            case RunEvent.UsageCounted _ -> "usage";
            case RunEvent.BotUpdated _ -> "bot_updated";
            case RunEvent.Injected _ -> "injected";
            case RunEvent.Paused _ -> "paused";
            case RunEvent.Resumed _ -> "resumed";
            case RunEvent.RunFailed _ -> "error";
            case RunEvent.Ended _ -> "run_complete";
        };
    }

    /** The whole run: its current settings, its messages and its progress. */
    static ObjectNode run(Transcript transcript) {
        ObjectNode view = RunViews.transcript(transcript);
        if (transcript.run().spec() instanceof RunSpec.Duo duo) {
            view.put("topic", duo.topic()).put("max_turns", duo.maxTurns());
        }
        view.put("turn", transcript.progress().turn());
        ArrayNode bots = view.putArray("bots");
        List<BotState> states = transcript.progress().bots();
        for (int index = 0; index < states.size(); index++) {
            bots.add(bot(index, states.get(index)));
        }
        return view;
    }

    static ObjectNode bot(int index, BotState state) {
        ObjectNode view = bot(state.bot());
        return view.put("index", index).put("prompt", state.bot().prompt()).put("revision", state.revision());
    }

    private static ObjectNode bot(RunSpec.Bot bot) {
        ObjectNode view = object().put("name", bot.name())
                .put("provider", bot.selection().provider().orElse(null))
                .put("model", bot.selection().model().orElse(null));
        bot.temperature().ifPresent(temperature -> view.put("temperature", temperature));
        bot.maxTokens().ifPresent(maxTokens -> view.put("max_tokens", maxTokens));
        return view;
    }

    private static void started(ObjectNode view, RunEvent.RunStarted run) {
        view.put("topic", run.duo().topic()).put("max_turns", run.duo().maxTurns());
        ArrayNode bots = view.putArray("bots");
        run.duo().bots().forEach(bot -> bots.add(bot(bot)));
        run.forkedFrom().ifPresent(from -> view.put("forked_from", from).put("shared_turns", run.inheritedTurns()));
    }

    private static void fragment(ObjectNode view, RunEvent.Fragment fragment) {
        turn(view, fragment.turn(), fragment.attempt(), fragment.speaker()).put("delta", fragment.delta());
    }

    private static ObjectNode turn(ObjectNode view, int turn, int attempt, Speaker speaker) {
        return view.put("turn", turn).put("attempt", attempt).put("role", speaker.wireName());
    }

    private static void reset(ObjectNode view, RunEvent.TurnReset reset) {
        turn(view, reset.turn(), reset.attempt(), reset.speaker()).put("reason", reset.reason());
        reset.fromProvider().ifPresent(from -> view.put("from", from));
        reset.toProvider().ifPresent(to -> view.put("to", to));
    }

    private static void updated(ObjectNode view, RunEvent.BotUpdated updated) {
        view.put("index", updated.index()).put("revision", updated.revision());
        ArrayNode changes = view.putArray("changes");
        updated.changes().forEach(changes::add);
    }

    private static void problem(ObjectNode view, Problem problem) {
        view.put("message", problem.detail()).put("code", problem.code()).put("retryable", problem.retryable());
    }

    private static void ended(ObjectNode view, RunEvent.Ended end) {
        view.put("status", end.status().wireName()).put("turns", end.turns());
        Usage total = end.usage();
        view.set("usage_total", TokenUsageJson.write(total));
        Optional<String> reason = end.cause().or(() -> end.problem().map(Problem::code));
        reason.ifPresent(value -> view.put("reason", value));
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
