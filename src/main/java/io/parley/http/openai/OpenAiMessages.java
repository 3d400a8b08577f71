package io.parley.http.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.contract.ChatMessage;
import io.parley.contract.ContentPart;
import io.parley.contract.Thought;
import io.parley.contract.Tools;
import io.parley.json.JsonFields;
import io.parley.json.JsonWriter;
import io.parley.json.TextRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Parses the messages of a chat completion request: content parts, reasoning, tool calls and tool results. */
final class OpenAiMessages {

    private static final int MAX_MESSAGES = 10_000;
    private static final int MAX_CALLS = 128;
    private static final String NO_ARGUMENTS = "{}";
    private static final TextRule NON_EMPTY =
            new TextRule("length", "must have 1 to 256 characters", text -> !text.isEmpty() && text.length() <= 256);

    private enum Role {
        DEVELOPER,
        SYSTEM,
        USER,
        ASSISTANT,
        TOOL,
        /** The result of a {@code function_call}, from before there were tools. */
        FUNCTION
    }

    /** The ids that stand for calls of functions, which have none, by name: the last call of each. */
    private final Map<String, String> functionCallIds = new HashMap<>();

    private int functionCalls;

    private OpenAiMessages() {}

    static List<ChatMessage> read(JsonFields fields) {
        return fields.objects("messages", 1, MAX_MESSAGES, new OpenAiMessages()::message);
    }

    private ChatMessage message(JsonFields message) {
        return switch (message.oneOf("role", Role.class, Role.USER)) {
            case DEVELOPER, SYSTEM -> withContent(ChatMessage.system(""), message, true);
            case USER -> withContent(ChatMessage.user(""), message, true);
            case ASSISTANT -> assistant(message);
            case TOOL -> result(message, message.text("tool_call_id", NON_EMPTY));
            case FUNCTION -> {
                String name = message.text("name", NON_EMPTY);
                yield result(message, functionCallIds.getOrDefault(name, name));
            }
        };
    }

    private static ChatMessage result(JsonFields message, String callId) {
        return withContent(ChatMessage.toolResult(new Tools.Result(callId, false), ""), message, true);
    }

    private ChatMessage assistant(JsonFields message) {
        List<Tools.Call> calls = message.any("tool_calls").isPresent()
                ? message.objects("tool_calls", 0, MAX_CALLS, OpenAiMessages::call)
                : functionCall(message).stream().toList();
        message.check("audio", message.any("audio").isEmpty(), "unsupported", "is not supported");
        String refusal = message.optionalText("refusal", TextRule.ANY).orElse("");
        ChatMessage assistant = withContent(ChatMessage.assistantToolCalls("", calls), message, false)
                .withThoughts(thoughts(message));
        return assistant.content().isEmpty() && !refusal.isEmpty()
                ? assistant.withParts(List.of(new ContentPart.Text(refusal)))
                : assistant;
    }

    /** The reasoning of an earlier answer, which the provider that made it may need to continue. */
    private static List<Thought> thoughts(JsonFields message) {
        Optional<String> content = message.optionalText("reasoning_content", TextRule.ANY);
        Optional<String> reasoning = message.optionalText("reasoning", TextRule.ANY);
        return content.or(() -> reasoning).filter(text -> !text.isEmpty()).map(Thought::of).stream()
                .toList();
    }

    private Optional<Tools.Call> functionCall(JsonFields message) {
        return message.optionalObject("function_call", function -> {
            String id = "call_function_" + functionCalls++;
            Tools.Call call = function(id, function);
            functionCallIds.put(call.name(), id);
            return call;
        });
    }

    private static Tools.Call call(JsonFields call) {
        String id = call.text("id", NON_EMPTY);
        call.check(
                "type",
                call.optionalText("type", TextRule.ANY).orElse("function").equals("function"),
                "unsupported",
                "only function is supported");
        call.any("index"); // answers in a stream have one
        call.check("function", call.any("function").isPresent(), "required", "must be given");
        return call.optionalObject("function", function -> function(id, function))
                .orElse(new Tools.Call(id, "", NO_ARGUMENTS));
    }

    private static Tools.Call function(String id, JsonFields function) {
        return function.place(new Tools.Call(id, function.text("name", NON_EMPTY), arguments(function)));
    }

    /** JSON as text, or an object; nothing and an empty text stand for an object without fields, as models write them. */
    private static String arguments(JsonFields function) {
        if (function.isObject("arguments")) {
            return function.any("arguments").map(JsonWriter::text).orElse(NO_ARGUMENTS);
        }
        return function.optionalText("arguments", TextRule.ANY)
                .filter(arguments -> !arguments.isBlank())
                .orElse(NO_ARGUMENTS);
    }

    /** Adds the content of {@code message}: a string, or a list of parts. */
    private static ChatMessage withContent(ChatMessage target, JsonFields message, boolean required) {
        Optional<JsonNode> content = message.any("content");
        if (content.isEmpty()) {
            message.check("content", !required, "required", "must be given");
            return target;
        }
        if (!content.get().isArray()) {
            return target.withParts(List.of(new ContentPart.Text(message.text("content", TextRule.ANY))));
        }
        List<ContentPart> parts =
                message
                        .objects(
                                "content",
                                0,
                                MAX_MESSAGES,
                                part -> OpenAiContentParts.read(part).map(part::place))
                        .stream()
                        .flatMap(Optional::stream)
                        .toList();
        boolean textOnly = parts.stream().allMatch(ContentPart.Text.class::isInstance);
        message.check(
                "content",
                textOnly || target.role() == ChatMessage.Role.USER,
                "unsupported",
                "only text is supported in a message of this role");
        return target.withParts(parts);
    }
}
