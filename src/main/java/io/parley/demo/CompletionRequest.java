package io.parley.demo;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Holds the fields of a chat completion request that the demo provider uses. */
record CompletionRequest(
        List<DemoMessage> messages, int maxTokens, boolean stream, boolean includeUsage, boolean structured) {

    CompletionRequest {
        messages = List.copyOf(messages);
    }

    /** Parses a request body. Throws {@link IllegalArgumentException}, with a message for the client, if a field is invalid. */
    static CompletionRequest parse(JsonObject body) {
        try {
            JsonArray messages = body.getJsonArray("messages");
            if (messages == null || messages.isEmpty()) {
                throw new IllegalArgumentException("messages must not be empty");
            }
            JsonObject streamOptions = body.getJsonObject("stream_options", new JsonObject());
            JsonObject format = body.getJsonObject("response_format", new JsonObject());
            return new CompletionRequest(
                    messages(messages),
                    limit(body),
                    body.getBoolean("stream", false),
                    streamOptions.getBoolean("include_usage", false),
                    "json_schema".equals(format.getString("type")));
        } catch (ClassCastException | NullPointerException e) {
            throw new IllegalArgumentException("a field has a wrong type", e);
        }
    }

    /** The number of tokens in the prompt, estimated in the same way as for the answer. */
    int tokens() {
        return messages.stream()
                .mapToInt(message -> 3 + WordTokenizer.tokenize(message.text()).size())
                .sum();
    }

    private static int limit(JsonObject body) {
        Integer max = body.getInteger("max_completion_tokens", body.getInteger("max_tokens"));
        return max == null ? Integer.MAX_VALUE : Math.max(1, max);
    }

    private static List<DemoMessage> messages(JsonArray messages) {
        List<DemoMessage> result = new ArrayList<>();
        for (int index = 0; index < messages.size(); index++) {
            JsonObject message = messages.getJsonObject(index);
            result.add(new DemoMessage(message.getString("role", ""), text(message.getValue("content"))));
        }
        return result;
    }

    /** Content is a string, or a list of parts, some of which have text. */
    private static String text(@Nullable Object content) {
        return content instanceof JsonArray parts
                ? parts.stream()
                        .map(part -> ((JsonObject) part).getString("text", ""))
                        .collect(Collectors.joining("\n"))
                : Objects.toString(content, "");
    }
}
