package io.parley.provider.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.ContractJson;
import io.parley.contract.ChatMessage;
import io.parley.contract.ContentPart;
import io.parley.contract.ContentPart.Audio;
import io.parley.contract.ContentPart.Document;
import io.parley.contract.ContentPart.Image;
import io.parley.contract.ContentPart.Inline;
import io.parley.contract.ContentPart.Remote;
import io.parley.contract.ContentPart.Source;
import io.parley.contract.ContentPart.Text;
import io.parley.contract.Thought;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes messages in OpenAI's format. Tool results consist of text there, so their pictures and documents follow in a message of the
 * user, after all results of the same turn.
 */
final class OpenAiMessageWriter {

    private final boolean sendsThoughts;
    private final ArrayNode array = ContractJson.MAPPER.createArrayNode();
    private final List<ContentPart> attachments = new ArrayList<>();

    private OpenAiMessageWriter(boolean sendsThoughts) {
        this.sendsThoughts = sendsThoughts;
    }

    /** @param sendsThoughts whether the provider takes the reasoning of earlier answers, as OpenAI itself does not */
    static ArrayNode of(List<ChatMessage> messages, boolean sendsThoughts) {
        OpenAiMessageWriter writer = new OpenAiMessageWriter(sendsThoughts);
        messages.forEach(writer::message);
        writer.attachments();
        return writer.array;
    }

    private void message(ChatMessage message) {
        if (message.toolResult().isPresent()) {
            result(message, message.toolResult().get().callId());
            return;
        }
        attachments();
        ObjectNode node = array.addObject().put("role", RequestBody.role(message));
        if (!message.parts().isEmpty()) {
            parts(node.putArray("content"), message.parts());
        } else if (message.content().isEmpty() && !message.toolCalls().isEmpty()) {
            node.putNull("content");
        } else {
            node.put("content", message.content());
        }
        thoughts(message).ifPresent(thoughts -> node.put("reasoning_content", thoughts));
        if (!message.toolCalls().isEmpty()) {
            calls(node.putArray("tool_calls"), message);
        }
    }

    private void result(ChatMessage message, String callId) {
        array.addObject().put("role", "tool").put("tool_call_id", callId).put("content", message.content());
        List<ContentPart> parts =
                message.parts().stream().filter(part -> !(part instanceof Text)).toList();
        if (!parts.isEmpty()) {
            attachments.add(new Text("Attachments of the tool result " + callId + ":"));
            attachments.addAll(parts);
        }
    }

    private void attachments() {
        if (!attachments.isEmpty()) {
            parts(array.addObject().put("role", "user").putArray("content"), attachments);
            attachments.clear();
        }
    }

    private Optional<String> thoughts(ChatMessage message) {
        String text = message.thoughts().stream()
                .filter(thought -> !thought.redacted())
                .map(Thought::text)
                .collect(Collectors.joining("\n\n"));
        return Optional.of(text).filter(_ -> sendsThoughts && !text.isEmpty());
    }

    private static void calls(ArrayNode calls, ChatMessage message) {
        message.toolCalls()
                .forEach(call -> calls.addObject()
                        .put("id", call.id())
                        .put("type", "function")
                        .putObject("function")
                        .put("name", call.name())
                        .put("arguments", call.arguments()));
    }

    private static void parts(ArrayNode content, List<ContentPart> parts) {
        for (ContentPart part : parts) {
            ObjectNode node = content.addObject();
            switch (part) {
                case Text text -> node.put("type", "text").put("text", text.text());
                case Image image -> image(node.put("type", "image_url").putObject("image_url"), image);
                case Document document -> document(node.put("type", "file").putObject("file"), document);
                case Audio audio ->
                    node.put("type", "input_audio")
                            .putObject("input_audio")
                            .put("data", audio.base64())
                            .put("format", audio.format());
            }
        }
    }

    private static void image(ObjectNode node, Image image) {
        node.put("url", url(image.source()));
        image.detail().ifPresent(detail -> node.put("detail", detail));
    }

    private static void document(ObjectNode node, Document document) {
        node.put("filename", document.name().orElse("document.pdf")).put("file_data", url(document.source()));
    }

    private static String url(Source source) {
        return switch (source) {
            case Remote remote -> remote.url();
            case Inline inline -> "data:" + inline.mediaType() + ";base64," + inline.base64();
        };
    }
}
