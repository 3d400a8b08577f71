package io.parley.http;

import io.parley.contract.Choice;
import io.parley.contract.Said;
import io.parley.contract.Script;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** What a client says to begin a chat: the same fields on every kind of stream. */
record ChatBody(String contextId, Script.Chat chat) {

    private static final Text CONTENT = Text.words(1, 10_000);
    private static final int MOST_MESSAGES = 100;
    private static final int MOST_TOKENS = 1_000_000;

    /** Who may have spoken; tools may not. */
    private enum Role {
        USER,
        ASSISTANT,
        SYSTEM
    }

    private enum OnDisconnect {
        CONTINUE,
        CANCEL
    }

    /** Read it from {@code fields}; the caller may read more of them, and ends the reading. */
    static ChatBody read(Fields fields) {
        String context = fields.text("context_id", Text.ID);
        List<Said> messages = messages(fields);
        Choice choice = choice(fields);
        Script.Chat chat = new Script.Chat(
                "",
                messages,
                choice,
                temperature(fields),
                maxTokens(fields),
                fields.maybeFlag("extract_flows").orElse(true),
                fields.maybeWord("on_disconnect", OnDisconnect.class).orElse(OnDisconnect.CONTINUE)
                        == OnDisconnect.CANCEL);
        return new ChatBody(context, chat);
    }

    /** What was said so far; the last word is the user's. */
    static List<Said> messages(Fields fields) {
        List<Said> messages = fields.list("messages", 1, MOST_MESSAGES, ChatBody::message);
        if (fields.sound("messages") && !messages.isEmpty()) {
            fields.check(
                    "messages",
                    messages.getLast().role() == Said.Role.USER,
                    "last_from_user",
                    "the last message must be the user's");
        }
        return messages;
    }

    /** Who shall answer. */
    static Choice choice(Fields fields) {
        return new Choice(
                fields.maybeText("provider", Text.PROVIDER),
                fields.maybeText("model", Text.MODEL),
                fields.maybeFlag("fallback").orElse(true));
    }

    static OptionalDouble temperature(Fields fields) {
        return fields.maybeNumber("temperature", 0, 2);
    }

    static OptionalInt maxTokens(Fields fields) {
        return fields.maybeInt("max_tokens", 1, MOST_TOKENS);
    }

    private static Said message(Fields message) {
        return new Said(
                Said.Role.valueOf(message.word("role", Role.class, Role.USER).name()),
                message.text("content", CONTENT),
                message.maybeInstant("timestamp"));
    }
}
