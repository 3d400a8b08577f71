package io.parley.http.conversation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.RunMessage.CommandResult;
import io.parley.contract.RunMessage.Entry;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunSpec;
import io.parley.contract.Speaker;
import io.parley.contract.WireName;
import io.parley.json.ContentJson;
import io.parley.json.TokenUsageJson;

/** Writes the stored state of conversations as JSON. */
final class RunViews {

    private RunViews() {}

    static ObjectNode run(Run run) {
        return object().put("id", run.id())
                .put("context_id", run.contextId())
                .put("kind", run.spec() instanceof RunSpec.Chat ? "chat" : "duo")
                .put("status", run.status().wireName())
                .put("created_at", run.createdAt().toString())
                .put("updated_at", run.updatedAt().toString());
    }

    static ObjectNode transcript(Transcript transcript) {
        ObjectNode view = run(transcript.run());
        ArrayNode messages = view.putArray("messages");
        transcript.entries().forEach(entry -> messages.add(entry(entry)));
        view.set("usage", TokenUsageJson.write(transcript.usage()));
        return view.put("cursor", transcript.cursor().toString());
    }

    static ObjectNode state(CommandResult state) {
        ObjectNode view = object().put("id", state.run())
                .put("status", state.status().wireName())
                .put("applied", state.applied());
        state.bot()
                .ifPresent(bot -> view.put("revision", bot.revision())
                        .put("prompt", bot.bot().prompt()));
        return view;
    }

    private static ObjectNode entry(Entry entry) {
        ObjectNode view = ContentJson.write(
                object().put("role", WireName.of(entry.message().role())), entry.message());
        entry.speaker()
                .filter(speaker -> speaker != Speaker.ASSISTANT)
                .ifPresent(speaker -> view.put("speaker", speaker.wireName()));
        entry.turn().ifPresent(turn -> view.put("turn", turn));
        entry.provider().ifPresent(provider -> view.put("provider", provider));
        entry.model().ifPresent(model -> view.put("model", model));
        entry.thinking().ifPresent(thinking -> view.put("thinking", thinking));
        entry.reason().ifPresent(reason -> view.put("finish_reason", reason.wireName()));
        entry.usage().ifPresent(usage -> view.set("usage", TokenUsageJson.write(usage)));
        entry.message().timestamp().ifPresent(at -> view.put("timestamp", at.toString()));
        return view;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
