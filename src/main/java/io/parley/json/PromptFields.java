package io.parley.json;

import io.parley.contract.ChatMessage;
import io.parley.contract.ModelSelection;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Reads the fields that every request for an answer shares: the messages, the provider and model, and the sampling options. */
public final class PromptFields {

    private static final TextRule CONTENT = TextRule.notBlank(1, 10_000);
    private static final int MAX_MESSAGES = 100;
    private static final int MAX_TOKENS = 1_000_000;

    /** The roles that a client may use; a role for tools does not exist. */
    private enum Role {
        USER,
        ASSISTANT,
        SYSTEM
    }

    private PromptFields() {}

    /** The required {@code messages}; the last one must have the role user. */
    public static List<ChatMessage> messages(JsonFields fields) {
        List<ChatMessage> messages = fields.objects("messages", 1, MAX_MESSAGES, PromptFields::message);
        if (fields.isValid("messages") && !messages.isEmpty()) {
            fields.check(
                    "messages",
                    messages.getLast().role() == ChatMessage.Role.USER,
                    "last_from_user",
                    "the last message must have the role user");
        }
        return messages;
    }

    /** The optional {@code provider}, {@code model} and {@code fallback}. */
    public static ModelSelection choice(JsonFields fields) {
        return new ModelSelection(
                fields.optionalText("provider", TextRule.PROVIDER),
                fields.optionalText("model", TextRule.MODEL),
                fields.optionalFlag("fallback").orElse(true));
    }

    public static OptionalDouble temperature(JsonFields fields) {
        return fields.optionalNumber("temperature", 0, 2);
    }

    public static OptionalInt maxTokens(JsonFields fields) {
        return fields.optionalInteger("max_tokens", 1, MAX_TOKENS);
    }

    /** The optional {@code thinking}: whether the client asks for the reasoning of the model. */
    public static boolean thinking(JsonFields fields) {
        return fields.optionalFlag("thinking").orElse(false);
    }

    private static ChatMessage message(JsonFields message) {
        ChatMessage.Role role = ChatMessage.Role.valueOf(
                message.oneOf("role", Role.class, Role.USER).name());
        return ContentJson.read(message, new ChatMessage(role, "", message.optionalInstant("timestamp")), CONTENT);
    }
}
