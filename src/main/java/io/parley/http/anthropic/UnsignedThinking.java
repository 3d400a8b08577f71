package io.parley.http.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.json.JsonEditor;
import io.parley.json.JsonFields;
import io.parley.json.JsonWriter;
import java.util.Optional;

/** Thinking blocks without a signature: answers of other providers have them, and Anthropic rejects them. */
final class UnsignedThinking {

    private UnsignedThinking() {}

    /** The body without such blocks; the same bytes if it has none. */
    static byte[] removed(byte[] body, JsonFields fields) {
        Optional<JsonNode> messages = fields.any("messages");
        boolean none = messages.stream()
                .flatMap(JsonNode::valueStream)
                .flatMap(message -> message.path("content").valueStream())
                .noneMatch(UnsignedThinking::isUnsigned);
        return none
                ? body
                : new JsonEditor(body)
                        .set("messages", JsonWriter.text(removed(messages.orElseThrow())))
                        .toBytes();
    }

    private static ArrayNode removed(JsonNode messages) {
        ArrayNode rest = JsonNodeFactory.instance.arrayNode();
        for (JsonNode message : messages) {
            JsonNode content = message.path("content");
            if (message instanceof ObjectNode object && content.isArray()) {
                ArrayNode blocks = JsonNodeFactory.instance.arrayNode();
                content.valueStream().filter(block -> !isUnsigned(block)).forEach(blocks::add);
                if (!blocks.isEmpty() || content.isEmpty()) {
                    rest.add(object.deepCopy().set("content", blocks));
                }
            } else {
                rest.add(message);
            }
        }
        return rest;
    }

    private static boolean isUnsigned(JsonNode block) {
        return block.path("type").asText("").equals("thinking")
                && block.path("signature").asText("").isEmpty();
    }
}
