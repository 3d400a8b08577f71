package io.parley.demo;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A chat completion that was asked for, as far as the demo vendor cares. */
record CompletionRequest(List<DemoMessage> lines, int mostTokens, boolean streamed, boolean withUsage, boolean structured) {

    CompletionRequest {
        lines = List.copyOf(lines);
    }

    /** Read a request's body. Throws {@link IllegalArgumentException}, with words for the client, when it makes no sense. */
    static CompletionRequest in(JsonObject body) {
        try {
            JsonArray messages = body.getJsonArray("messages");
            if (messages == null || messages.isEmpty()) {
                throw new IllegalArgumentException("messages must not be empty");
            }
            JsonObject streaming = body.getJsonObject("stream_options", new JsonObject());
            JsonObject format = body.getJsonObject("response_format", new JsonObject());
            return new CompletionRequest(
                    lines(messages),
                    limit(body),
                    body.getBoolean("stream", false),
                    streaming.getBoolean("include_usage", false),
                    "json_schema".equals(format.getString("type")));
        } catch (ClassCastException | NullPointerException e) {
            throw new IllegalArgumentException("a field has a wrong type", e);
        }
    }

    /** How many tokens the prompt has, by the same rough measure as the answer. */
    int tokens() {
        return lines.stream()
                .mapToInt(line -> 3 + WordTokenizer.of(line.text()).size())
                .sum();
    }

    private static int limit(JsonObject body) {
        Integer most = body.getInteger("max_completion_tokens", body.getInteger("max_tokens"));
        return most == null ? Integer.MAX_VALUE : Math.max(1, most);
    }

    private static List<DemoMessage> lines(JsonArray messages) {
        List<DemoMessage> lines = new ArrayList<>();
        for (int at = 0; at < messages.size(); at++) {
            JsonObject message = messages.getJsonObject(at);
            lines.add(new DemoMessage(message.getString("role", ""), text(message.getValue("content"))));
        }
        return lines;
    }

    /** A content is a text, or parts of which some are texts. */
    private static String text(@Nullable Object content) {
        return content instanceof JsonArray parts
                ? parts.stream()
                        .map(part -> ((JsonObject) part).getString("text", ""))
                        .collect(Collectors.joining("\n"))
                : Objects.toString(content, "");
    }
}
