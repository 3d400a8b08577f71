package io.parley.http;

import io.parley.contract.Choice;
import io.parley.contract.Said;
import io.parley.contract.Script;
import java.util.List;

/** What a client says to begin a chat: the same fields on every kind of stream. */
record ChatBody(String contextId, Script.Chat chat) {

    private static final Text CONTENT = Text.words(1, 10_000);
    private static final int MOST_MESSAGES = 100;
    private static final int MOST_TOKENS = 1_000_000;

    private enum OnDisconnect {
        CONTINUE,
        CANCEL
    }

    /** Read it from {@code fields}; the caller may read more of them, and ends the reading. */
    static ChatBody read(Fields fields) {
        String context = fields.text("context_id", Text.ID);
        List<Said> messages = fields.list("messages", 1, MOST_MESSAGES, ChatBody::message);
        if (fields.sound("messages") && !messages.isEmpty()) {
            fields.check(
                    "messages",
                    messages.getLast().role() == Said.Role.USER,
                    "last_from_user",
                    "the last message must be the user's");
        }
        Choice choice = new Choice(
                fields.maybeText("provider", Text.PROVIDER),
                fields.maybeText("model", Text.MODEL),
                fields.maybeFlag("fallback").orElse(true));
        Script.Chat chat = new Script.Chat(
                "",
                messages,
                choice,
                fields.maybeNumber("temperature", 0, 2),
                fields.maybeInt("max_tokens", 1, MOST_TOKENS),
                fields.maybeFlag("extract_flows").orElse(true),
                fields.maybeWord("on_disconnect", OnDisconnect.class).orElse(OnDisconnect.CONTINUE)
                        == OnDisconnect.CANCEL);
        return new ChatBody(context, chat);
    }

    private static Said message(Fields message) {
        return new Said(
                message.word("role", Said.Role.class, Said.Role.USER),
                message.text("content", CONTENT),
                message.maybeInstant("timestamp"));
    }
}
