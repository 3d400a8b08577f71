package io.parley.provider.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.ContractJson;
import io.parley.contract.ChatMessage;
import io.parley.contract.ContentPart.Image;
import io.parley.contract.ContentPart.Inline;
import io.parley.contract.Thought;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes messages in Ollama's format: one text, with pictures beside it, and tool results by the name of the tool. */
final class OllamaMessageWriter {

    private final ArrayNode array = ContractJson.MAPPER.createArrayNode();
    private final Map<String, String> toolNames = new HashMap<>();

    private OllamaMessageWriter() {}

    static ArrayNode of(List<ChatMessage> messages) {
        OllamaMessageWriter writer = new OllamaMessageWriter();
        messages.forEach(writer::message);
        return writer.array;
    }

    private void message(ChatMessage message) {
        ObjectNode node = array.addObject()
                .put("role", message.toolResult().isPresent() ? "tool" : RequestBody.role(message))
                .put("content", message.content());
        thoughts(node, message.thoughts());
        images(node, message);
        message.toolResult()
                .ifPresent(result -> node.put("tool_call_id", result.callId())
                        .put("tool_name", toolNames.getOrDefault(result.callId(), "")));
        if (!message.toolCalls().isEmpty()) {
            ArrayNode calls = node.putArray("tool_calls");
            message.toolCalls().forEach(call -> {
                toolNames.put(call.id(), call.name());
                calls.addObject()
                        .put("id", call.id())
                        .putObject("function")
                        .put("name", call.name())
                        .set("arguments", RequestBody.json(call.arguments()));
            });
        }
    }

    private static void thoughts(ObjectNode node, List<Thought> thoughts) {
        String text = thoughts.stream()
                .filter(thought -> !thought.redacted())
                .map(Thought::text)
                .collect(Collectors.joining("\n\n"));
        if (!text.isEmpty()) {
            node.put("thinking", text);
        }
    }

    private static void images(ObjectNode node, ChatMessage message) {
        List<String> images = message.parts().stream()
                .filter(Image.class::isInstance)
                .map(part -> ((Image) part).source())
                .filter(Inline.class::isInstance) // others are rejected before
                .map(source -> ((Inline) source).base64())
                .toList();
        if (!images.isEmpty()) {
            images.forEach(node.putArray("images")::add);
        }
    }
}
