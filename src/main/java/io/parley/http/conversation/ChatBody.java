package io.parley.http.conversation;

import io.parley.contract.ChatMessage;
import io.parley.contract.ModelSelection;
import io.parley.contract.RunSpec;
import io.parley.json.JsonFields;
import io.parley.json.PromptFields;
import io.parley.json.TextRule;
import java.util.List;

/** Parses the request that starts a chat: the same fields over SSE and WebSocket. */
public record ChatBody(String contextId, RunSpec.Chat chat) {

    private enum OnDisconnect {
        CONTINUE,
        CANCEL
    }

    /** Reads {@code fields} without calling {@link JsonFields#finish}: the caller does, and may read more fields before. */
    public static ChatBody read(JsonFields fields) {
        String context = fields.text("context_id", TextRule.ID);
        List<ChatMessage> messages = PromptFields.messages(fields);
        ModelSelection selection = PromptFields.choice(fields);
        RunSpec.Chat chat = new RunSpec.Chat(
                "",
                messages,
                selection,
                PromptFields.temperature(fields),
                PromptFields.maxTokens(fields),
                fields.optionalFlag("extract_flows").orElse(true),
                fields.optionalOneOf("on_disconnect", OnDisconnect.class).orElse(OnDisconnect.CONTINUE)
                        == OnDisconnect.CANCEL,
                PromptFields.thinking(fields));
        return new ChatBody(context, chat);
    }
}
