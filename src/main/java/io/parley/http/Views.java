package io.parley.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.ContextMessage.Context;
import io.parley.contract.FlowMessage.Draft;
import io.parley.contract.FlowMessage.Flow;
import io.parley.contract.RunMessage.Line;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.State;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.Script;
import io.parley.contract.Speaker;
import io.parley.contract.WireName;
import io.parley.json.TokenUsageJson;

/** What clients see of the things that the server keeps. */
final class Views {

    private Views() {}

    static ObjectNode context(Context context) {
        return object().put("id", context.id())
                .put("name", context.name())
                .put("system_prompt", context.systemPrompt().orElse(null))
                .put("created_at", context.createdAt().toString())
                .put("updated_at", context.updatedAt().toString());
    }

    static ObjectNode flow(Flow flow) {
        Draft draft = flow.draft();
        return object().put("id", flow.id())
                .put("context_id", flow.contextId())
                .put("title", draft.title())
                .put("description", draft.description().orElse(null))
                .put("priority", WireName.of(draft.priority()))
                .put("due_date", draft.dueDate().orElse(null))
                .put("reminder_enabled", draft.reminderEnabled())
                .put("status", WireName.of(draft.status()))
                .put("source_run", draft.sourceRun().orElse(null))
                .put("created_at", flow.createdAt().toString())
                .put("updated_at", flow.updatedAt().toString());
    }

    static ObjectNode run(Run run) {
        return object().put("id", run.id())
                .put("context_id", run.contextId())
                .put("kind", run.script() instanceof Script.Chat ? "chat" : "duo")
                .put("status", run.status().wire())
                .put("created_at", run.createdAt().toString())
                .put("updated_at", run.updatedAt().toString());
    }

    static ObjectNode transcript(Transcript transcript) {
        ObjectNode view = run(transcript.run());
        ArrayNode messages = view.putArray("messages");
        transcript.lines().forEach(line -> messages.add(line(line)));
        view.set("usage", TokenUsageJson.write(transcript.usage()));
        return view.put("cursor", transcript.cursor().toString());
    }

    static ObjectNode state(State state) {
        ObjectNode view = object().put("id", state.run())
                .put("status", state.status().wire())
                .put("applied", state.applied());
        state.bot()
                .ifPresent(bot -> view.put("revision", bot.revision())
                        .put("prompt", bot.bot().prompt()));
        return view;
    }

    private static ObjectNode line(Line line) {
        ObjectNode view = object().put("role", WireName.of(line.said().role()))
                .put("content", line.said().content());
        line.speaker()
                .filter(speaker -> speaker != Speaker.ASSISTANT)
                .ifPresent(speaker -> view.put("speaker", speaker.wire()));
        line.turn().ifPresent(turn -> view.put("turn", turn));
        line.provider().ifPresent(provider -> view.put("provider", provider));
        line.model().ifPresent(model -> view.put("model", model));
        line.reason().ifPresent(reason -> view.put("finish_reason", reason.wire()));
        line.usage().ifPresent(usage -> view.set("usage", TokenUsageJson.write(usage)));
        line.said().at().ifPresent(at -> view.put("timestamp", at.toString()));
        return view;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
