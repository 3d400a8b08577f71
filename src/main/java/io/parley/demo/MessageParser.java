package io.parley.demo;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** Reads the messages of a chat completion request. */
final class MessageParser {

    private MessageParser() {}

    static List<DemoMessage> parse(JsonObject body) {
        JsonArray messages = body.getJsonArray("messages");
        if (messages == null || messages.isEmpty()) {
            throw new InvalidRequest("messages", "messages must not be empty");
        }
        List<DemoMessage> result = new ArrayList<>();
        for (int index = 0; index < messages.size(); index++) {
            result.add(message(messages.getJsonObject(index), "messages[" + index + "].content"));
        }
        return result;
    }

    /** Content is a string, or a list of parts. */
    private static DemoMessage message(JsonObject message, String path) {
        String role = message.getString("role", "");
        Object content = message.getValue("content");
        if (!(content instanceof JsonArray parts)) {
            return new DemoMessage(role, content == null ? "" : content.toString());
        }
        StringJoiner text = new StringJoiner("\n");
        int pictures = 0;
        for (int index = 0; index < parts.size(); index++) {
            JsonObject part = parts.getJsonObject(index);
            String type = part.getString("type", "text");
            switch (type) {
                case "text" -> text.add(part.getString("text", ""));
                case "refusal" -> text.add(part.getString("refusal", ""));
                case "thinking", "reasoning" -> {} // of earlier answers
                case "image_url" -> pictures++;
                default ->
                    throw new InvalidRequest(
                            path + "[" + index + "].type", "the demo model reads only text and pictures");
            }
        }
        return new DemoMessage(role, text.toString(), pictures);
    }
}
