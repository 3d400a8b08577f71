package io.parley.demo;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Holds the fields of a chat completion request that the demo provider uses.
 *
 * @param thinking whether the answer begins with reasoning
 */
record CompletionRequest(
        List<DemoMessage> messages,
        int maxTokens,
        boolean stream,
        boolean includeUsage,
        AnswerFormat format,
        DemoTools tools,
        boolean thinking) {

    CompletionRequest {
        messages = List.copyOf(messages);
    }

    /** Parses a request body, in which {@code null} means unset. Throws {@link InvalidRequest} if the demo model cannot do what it asks for. */
    static CompletionRequest parse(JsonObject given) {
        JsonObject body = withoutNulls(given);
        try {
            checkSupported(body);
            JsonObject streamOptions = withoutNulls(body.getJsonObject("stream_options", new JsonObject()));
            return new CompletionRequest(
                    MessageParser.parse(body),
                    limit(body),
                    body.getBoolean("stream", false),
                    streamOptions.getBoolean("include_usage", false),
                    AnswerFormat.parse(body),
                    DemoTools.parse(body),
                    !body.getString("reasoning_effort", "none").equals("none"));
        } catch (ClassCastException | NullPointerException e) {
            throw new InvalidRequest("", "a field has a wrong type");
        }
    }

    /** The answer to the last message. */
    DemoAnswer answer(String callId) {
        String thought = thinking ? ReplyGenerator.THOUGHT : "";
        return tools.called(messages)
                .map(tool -> DemoAnswer.call(thought, callId, tool, tools.arguments(tool)))
                .orElseGet(() -> DemoAnswer.text(thought, format.write(messages)));
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

    private static void checkSupported(JsonObject body) {
        refuse("n", body.getInteger("n", 1) != 1);
        refuse("logprobs", body.getBoolean("logprobs", false));
        refuse("top_logprobs", body.getInteger("top_logprobs", 0) > 0);
        refuse("functions", body.containsKey("functions"));
        refuse("function_call", body.containsKey("function_call"));
        refuse("audio", body.containsKey("audio"));
        refuse("web_search_options", body.containsKey("web_search_options"));
        refuse(
                "modalities",
                body.containsKey("modalities")
                        && body.getJsonArray("modalities").contains("audio"));
    }

    private static void refuse(String param, boolean requested) {
        if (requested) {
            throw new InvalidRequest(param, "the demo model does not support " + param);
        }
    }

    private static JsonObject withoutNulls(JsonObject json) {
        JsonObject result = new JsonObject();
        json.stream()
                .filter(field -> field.getValue() != null)
                .forEach(field -> result.put(field.getKey(), field.getValue()));
        return result;
    }
}
