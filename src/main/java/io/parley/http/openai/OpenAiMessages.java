package io.parley.http.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.contract.ChatMessage;
import io.parley.contract.Tools;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.List;
import java.util.Optional;

/** Parses the messages of a chat completion request: text, tool calls and tool results. */
final class OpenAiMessages {

    private static final int MAX_MESSAGES = 10_000;
    private static final int MAX_CALLS = 128;
    private static final TextRule NON_EMPTY =
            new TextRule("length", "must have 1 to 256 characters", text -> !text.isEmpty() && text.length() <= 256);

    private enum Role {
        DEVELOPER,
        SYSTEM,
        USER,
        ASSISTANT,
        TOOL,
        FUNCTION
    }

    private OpenAiMessages() {}

    static List<ChatMessage> read(JsonFields fields) {
        return fields.objects("messages", 1, MAX_MESSAGES, OpenAiMessages::message);
    }

    private static ChatMessage message(JsonFields message) {
        return switch (message.oneOf("role", Role.class, Role.USER)) {
            case DEVELOPER, SYSTEM -> ChatMessage.system(content(message, true));
            case USER -> ChatMessage.user(content(message, true));
            case ASSISTANT -> assistant(message);
            case TOOL ->
                ChatMessage.toolResult(
                        new Tools.Result(message.text("tool_call_id", NON_EMPTY), false), content(message, true));
            case FUNCTION -> {
                message.check("role", false, "unsupported", "function is not supported: use tool");
                yield ChatMessage.user("");
            }
        };
    }

    private static ChatMessage assistant(JsonFields message) {
        boolean hasCalls = message.any("tool_calls").isPresent();
        List<Tools.Call> calls =
                hasCalls ? message.objects("tool_calls", 0, MAX_CALLS, OpenAiMessages::call) : List.of();
        message.check(
                "function_call",
                message.any("function_call").isEmpty(),
                "unsupported",
                "is not supported: use tool_calls");
        String refusal = message.optionalText("refusal", TextRule.ANY).orElse("");
        String content = content(message, calls.isEmpty() && refusal.isEmpty());
        return ChatMessage.assistantToolCalls(content.isEmpty() ? refusal : content, calls);
    }

    private static Tools.Call call(JsonFields call) {
        String id = call.text("id", NON_EMPTY);
        call.check(
                "type",
                call.optionalText("type", TextRule.ANY).orElse("function").equals("function"),
                "unsupported",
                "only function is supported");
        call.check("function", call.any("function").isPresent(), "required", "must be given");
        return call.optionalObject(
                        "function",
                        function -> new Tools.Call(
                                id, function.text("name", NON_EMPTY), function.text("arguments", TextRule.ANY)))
                .orElse(new Tools.Call(id, "", ""));
    }

    /** Reads a string, or a list of text parts. */
    private static String content(JsonFields message, boolean required) {
        Optional<JsonNode> content = message.any("content");
        if (content.isEmpty()) {
            message.check("content", !required, "required", "must be given");
            return "";
        }
        return content.get().isArray()
                ? String.join("\n", message.objects("content", 0, MAX_MESSAGES, OpenAiMessages::part))
                : message.text("content", TextRule.ANY);
    }

    private static String part(JsonFields part) {
        return switch (part.text("type", TextRule.ANY)) {
            case "text" -> part.text("text", TextRule.ANY);
            case "refusal" -> part.text("refusal", TextRule.ANY);
            default -> {
                part.check("type", false, "unsupported", "only text and refusal parts are supported");
                yield "";
            }
        };
    }
}
