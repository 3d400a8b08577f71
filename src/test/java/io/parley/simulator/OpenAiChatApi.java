package io.parley.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** POST /v1/chat/completions. Thoughts are sent as "reasoning_content", as compatible servers do. */
final class OpenAiChatApi implements SimulatedApi {

    private static final Set<String> FIELDS = Set.of(
            "model",
            "messages",
            "stream",
            "stream_options",
            "max_completion_tokens",
            "max_tokens",
            "temperature",
            "top_p",
            "stop",
            "n",
            "seed",
            "presence_penalty",
            "frequency_penalty",
            "logit_bias",
            "logprobs",
            "top_logprobs",
            "response_format",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "reasoning_effort",
            "verbosity",
            "user",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_options",
            "prompt_cache_retention",
            "metadata",
            "store",
            "service_tier",
            "modalities",
            "audio",
            "prediction",
            "web_search_options",
            "moderation",
            "functions",
            "function_call");

    private final SimulatedModel model;

    OpenAiChatApi(SimulatedModel model) {
        this.model = model;
    }

    @Override
    public void handle(ApiExchange exchange) throws IOException {
        OpenAiConventions.reporting(exchange, this::complete);
    }

    private void complete(ApiExchange exchange) throws IOException {
        JsonObject body = exchange.body();
        check(body);
        SimulatedAnswer answer = model.answer(request(body));
        if (body.getBoolean("stream", false)) {
            stream(exchange, body, answer);
        } else {
            exchange.json(200, whole(body, answer));
        }
    }

    private static void check(JsonObject body) {
        RequestFields.only(body, FIELDS, "", "Unrecognized request argument supplied: %s");
        if (!body.getString("model", "").startsWith("gpt-")) {
            throw new SimulatedError(
                    404, "model_not_found", "", "The model does not exist or you do not have access to it.");
        }
        if (body.containsKey("max_tokens") && body.getString("model").startsWith("gpt-5")) {
            throw new SimulatedError(
                    400,
                    "unsupported_parameter",
                    "max_tokens",
                    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.");
        }
        OpenAiConventions.sampling(body);
        OpenAiConventions.limit(body, "max_completion_tokens", 1);
        if (body.containsKey("stream_options") && !body.getBoolean("stream", false)) {
            throw SimulatedError.bad(
                    "stream_options", "The 'stream_options' parameter is only allowed when 'stream' is enabled.");
        }
    }

    private static SimulatedRequest request(JsonObject body) {
        SimulatedRequest request = new SimulatedRequest();
        messages(RequestFields.objects(body, "messages"), request);
        for (JsonObject tool : RequestFields.objects(body, "tools")) {
            JsonObject function = RequestFields.object(tool, "function");
            if (!tool.getString("type", "").equals("function")
                    || function.getString("name", "").isEmpty()) {
                throw SimulatedError.bad("tools[0].function", "Missing required parameter: 'tools[0].function'.");
            }
            request.tools.put(function.getString("name"), RequestFields.object(function, "parameters"));
        }
        request.toolChoice = body.getValue("tool_choice") instanceof JsonObject choice
                ? RequestFields.object(choice, "function").getString("name", "")
                : body.getString("tool_choice", "auto");
        request.parallelCalls = body.getBoolean("parallel_tool_calls", true);
        JsonObject format = RequestFields.object(body, "response_format");
        request.json = !format.getString("type", "text").equals("text");
        if (format.getString("type", "").equals("json_schema")) {
            request.schema = Optional.of(RequestFields.object(RequestFields.object(format, "json_schema"), "schema"));
        }
        request.thinking = body.containsKey("reasoning_effort")
                && !body.getString("reasoning_effort").equals("none");
        return request;
    }

    private static void messages(List<JsonObject> messages, SimulatedRequest request) {
        if (messages.isEmpty()) {
            throw SimulatedError.bad(
                    "messages", "Invalid 'messages': empty array. Expected an array with minimum length 1.");
        }
        List<String> open = List.of();
        for (int i = 0; i < messages.size(); i++) {
            JsonObject message = messages.get(i);
            String role = message.getString("role", "");
            if (!role.equals("tool") && !open.isEmpty()) {
                throw SimulatedError.bad(
                        "messages.[%d].role".formatted(i),
                        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.");
            }
            switch (role) {
                case "system", "developer" -> {}
                case "user" -> user(message, request);
                case "assistant" -> open = callIds(message);
                case "tool" -> {
                    String id = message.getString("tool_call_id", "");
                    if (!open.contains(id)) {
                        throw SimulatedError.bad(
                                "messages.[%d].role".formatted(i),
                                "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.");
                    }
                    open = open.stream().filter(other -> !other.equals(id)).toList();
                    request.toolResult(RequestFields.text(message, "content"));
                }
                default ->
                    throw SimulatedError.bad("messages[%d].role".formatted(i), "Invalid value: '%s'.".formatted(role));
            }
        }
    }

    private static List<String> callIds(JsonObject message) {
        return RequestFields.objects(message, "tool_calls").stream()
                .map(call -> {
                    if (!(RequestFields.object(call, "function").getValue("arguments") instanceof String)) {
                        throw SimulatedError.bad(
                                "messages", "Invalid type for 'function.arguments': expected a string.");
                    }
                    return call.getString("id", "");
                })
                .toList();
    }

    private static void user(JsonObject message, SimulatedRequest request) {
        request.userTurn();
        if (message.getValue("content") instanceof String text) {
            request.text(text);
            return;
        }
        for (JsonObject part : RequestFields.objects(message, "content")) {
            switch (part.getString("type", "")) {
                case "text" -> request.text(part.getString("text"));
                case "image_url" ->
                    request.url(RequestFields.object(part, "image_url").getString("url", ""));
                case "file" -> request.url(RequestFields.object(part, "file").getString("file_data", ""));
                default ->
                    throw SimulatedError.bad(
                            "messages.[0].content.[0].type", "Invalid value: '" + part.getString("type") + "'.");
            }
        }
    }

    private JsonObject whole(JsonObject body, SimulatedAnswer answer) {
        JsonObject message = new JsonObject()
                .put("role", "assistant")
                .put("content", answer.text().isEmpty() ? null : answer.text())
                .put("refusal", null)
                .put("annotations", new JsonArray());
        if (!answer.thoughts().isEmpty()) {
            message.put("reasoning_content", answer.thoughts());
        }
        if (!answer.calls().isEmpty()) {
            JsonArray calls = new JsonArray();
            answer.calls().forEach(call -> calls.add(call(call, call.arguments().encode())));
            message.put("tool_calls", calls);
        }
        JsonObject choice = new JsonObject()
                .put("index", 0)
                .put("message", message)
                .put("logprobs", null)
                .put("finish_reason", finish(answer));
        return frame(body, "chat.completion")
                .put("choices", new JsonArray().add(choice))
                .put("usage", usage(answer))
                .put("service_tier", "default");
    }

    private static JsonObject call(SimulatedAnswer.Call call, String arguments) {
        return new JsonObject()
                .put("id", "call_" + call.id())
                .put("type", "function")
                .put("function", new JsonObject().put("name", call.name()).put("arguments", arguments));
    }

    private static String finish(SimulatedAnswer answer) {
        return answer.calls().isEmpty() ? "stop" : "tool_calls";
    }

    private JsonObject frame(JsonObject body, String object) {
        return new JsonObject()
                .put("id", "chatcmpl-" + model.id())
                .put("object", object)
                .put("created", 1_790_000_000)
                .put("model", body.getString("model") + "-2026-08-01");
    }

    private static JsonObject usage(SimulatedAnswer answer) {
        return new JsonObject()
                .put("prompt_tokens", SimulatedAnswer.INPUT)
                .put("completion_tokens", SimulatedAnswer.OUTPUT)
                .put("total_tokens", SimulatedAnswer.INPUT + SimulatedAnswer.OUTPUT)
                .put(
                        "prompt_tokens_details",
                        new JsonObject()
                                .put("cached_tokens", SimulatedAnswer.CACHED)
                                .put("audio_tokens", 0))
                .put(
                        "completion_tokens_details",
                        new JsonObject()
                                .put("reasoning_tokens", answer.reasoningTokens())
                                .put("audio_tokens", 0)
                                .put("accepted_prediction_tokens", 0)
                                .put("rejected_prediction_tokens", 0));
    }

    private void stream(ApiExchange exchange, JsonObject body, SimulatedAnswer answer) throws IOException {
        boolean usage = RequestFields.object(body, "stream_options").getBoolean("include_usage", false);
        ApiExchange.Stream out = exchange.stream("text/event-stream; charset=utf-8");
        JsonObject frame = frame(body, "chat.completion.chunk").put("service_tier", "default");
        if (usage) {
            frame.put("usage", null);
        }
        out.data(chunk(
                frame,
                new JsonObject().put("role", "assistant").put("content", "").put("refusal", null),
                null));
        for (String piece : SimulatedAnswer.pieces(answer.thoughts())) {
            out.data(chunk(frame, new JsonObject().put("reasoning_content", piece), null));
        }
        for (String piece : SimulatedAnswer.pieces(answer.text())) {
            out.data(chunk(frame, new JsonObject().put("content", piece), null));
        }
        for (int i = 0; i < answer.calls().size(); i++) {
            SimulatedAnswer.Call call = answer.calls().get(i);
            out.data(chunk(frame, calls(call(call, "").put("index", i)), null));
            for (String piece : SimulatedAnswer.pieces(call.arguments().encode())) {
                out.data(chunk(
                        frame,
                        calls(new JsonObject()
                                .put("index", i)
                                .put("function", new JsonObject().put("arguments", piece))),
                        null));
            }
        }
        out.data(chunk(frame, new JsonObject(), finish(answer)));
        if (usage) {
            out.data(frame.copy()
                    .put("choices", new JsonArray())
                    .put("usage", usage(answer))
                    .encode());
        }
        out.data("[DONE]");
    }

    private static JsonObject calls(JsonObject call) {
        return new JsonObject().put("tool_calls", new JsonArray().add(call));
    }

    private static String chunk(JsonObject frame, JsonObject delta, @Nullable String finish) {
        JsonObject choice = new JsonObject()
                .put("index", 0)
                .put("delta", delta)
                .put("logprobs", null)
                .put("finish_reason", finish);
        return frame.copy().put("choices", new JsonArray().add(choice)).encode();
    }
}
