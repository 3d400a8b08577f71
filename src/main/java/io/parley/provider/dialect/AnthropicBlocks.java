package io.parley.provider.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.List;

/** Writes content blocks in Anthropic's format. Omits blank texts, which Anthropic rejects. */
final class AnthropicBlocks {

    private AnthropicBlocks() {}

    /** Whether {@code message} consists of one text. */
    static boolean isPlain(ChatMessage message) {
        return message.parts().isEmpty()
                && message.toolCalls().isEmpty()
                && message.toolResult().isEmpty()
                && message.thoughts().stream().noneMatch(AnthropicBlocks::isUsable);
    }

    /** Whether Anthropic can have made {@code thought}, which it then needs unchanged. */
    static boolean isUsable(Thought thought) {
        return thought.redacted() || thought.signature().isPresent();
    }

    static void result(ArrayNode blocks, ChatMessage message) {
        message.toolResult().ifPresent(result -> {
            ObjectNode block = blocks.addObject().put("type", "tool_result").put("tool_use_id", result.callId());
            if (message.parts().isEmpty()) {
                block.put("content", message.content());
            } else {
                parts(block.putArray("content"), message.parts());
            }
            if (result.failed()) {
                block.put("is_error", true);
            }
        });
    }

    static void content(ArrayNode blocks, ChatMessage message) {
        message.thoughts().stream().filter(AnthropicBlocks::isUsable).forEach(thought -> thought(blocks, thought));
        parts(blocks, message.parts().isEmpty() ? List.of(new Text(message.content())) : message.parts());
        message.toolCalls()
                .forEach(call -> blocks.addObject()
                        .put("type", "tool_use")
                        .put("id", call.id())
                        .put("name", call.name())
                        .set("input", RequestBody.json(call.arguments())));
    }

    private static void thought(ArrayNode blocks, Thought thought) {
        ObjectNode block = blocks.addObject();
        if (thought.redacted()) {
            block.put("type", "redacted_thinking").put("data", thought.text());
        } else {
            block.put("type", "thinking")
                    .put("thinking", thought.text())
                    .put("signature", thought.signature().orElse(""));
        }
    }

    private static void parts(ArrayNode blocks, List<ContentPart> parts) {
        for (ContentPart part : parts) {
            switch (part) {
                case Text text -> {
                    if (!text.text().isBlank()) {
                        blocks.addObject().put("type", "text").put("text", text.text());
                    }
                }
                case Image image -> source(blocks.addObject().put("type", "image"), image.source());
                case Document document -> {
                    ObjectNode block = blocks.addObject().put("type", "document");
                    source(block, document.source());
                    document.name().ifPresent(name -> block.put("title", name));
                }
                case Audio _ -> throw new IllegalArgumentException("recordings are rejected before");
            }
        }
    }

    private static void source(ObjectNode block, Source source) {
        ObjectNode node = block.putObject("source");
        switch (source) {
            case Remote remote -> node.put("type", "url").put("url", remote.url());
            case Inline inline ->
                node.put("type", "base64").put("media_type", inline.mediaType()).put("data", inline.base64());
        }
    }
}
