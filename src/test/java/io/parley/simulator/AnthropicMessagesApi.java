package io.parley.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** POST /v1/messages and /v1/messages/count_tokens. */
final class AnthropicMessagesApi implements SimulatedApi {

    private static final Set<String> FIELDS = Set.of(
            "model",
            "messages",
            "max_tokens",
            "system",
            "stream",
            "stop_sequences",
            "temperature",
            "top_p",
            "top_k",
            "tools",
            "tool_choice",
            "thinking",
            "metadata",
            "service_tier",
            "output_config",
            "container",
            "inference_geo",
            "cache_control");
    private static final String SIGNATURE = "c2lnbmVkIGJ5IHRoZSBzaW11bGF0b3I=";
    private static final String TOOL_ID = "[a-zA-Z0-9_-]+";

    private final SimulatedModel model;

    AnthropicMessagesApi(SimulatedModel model) {
        this.model = model;
    }

    @Override
    public void handle(ApiExchange exchange) throws IOException {
        AnthropicConventions.reporting(exchange, this::reply);
    }

    private void reply(ApiExchange exchange) throws IOException {
        JsonObject body = exchange.body();
        check(body, exchange.header("anthropic-version"));
        SimulatedRequest request = request(body);
        if (exchange.path().endsWith("/count_tokens")) {
            exchange.json(200, new JsonObject().put("input_tokens", SimulatedAnswer.INPUT));
            return;
        }
        if (!body.containsKey("max_tokens")) {
            throw SimulatedError.bad("", "max_tokens: Field required");
        }
        SimulatedAnswer answer = model.answer(request);
        if (body.getBoolean("stream", false)) {
            stream(exchange, body, answer);
        } else {
            JsonArray content = new JsonArray();
            blocks(answer).forEach(content::add);
            exchange.json(200, message(body, content).put("stop_reason", stop(answer)));
        }
    }

    private static void check(JsonObject body, String version) {
        RequestFields.only(body, FIELDS, "", "%s: Extra inputs are not permitted");
        if (!body.getString("model", "").startsWith("claude-")) {
            throw new SimulatedError(404, "", "", "model: " + body.getString("model"));
        }
        for (String name : List.of("temperature", "top_p", "top_k")) {
            if (body.containsKey(name) && version.equals("2026-10-21")) {
                throw SimulatedError.bad("", name + ": Extra inputs are not permitted");
            }
        }
        for (String name : List.of("temperature", "top_p")) {
            if (body.getValue(name) instanceof Number value && value.doubleValue() > 1) {
                throw SimulatedError.bad("", name + ": range: 0..1");
            }
        }
    }

    private static SimulatedRequest request(JsonObject body) {
        SimulatedRequest request = new SimulatedRequest();
        for (JsonObject tool : RequestFields.objects(body, "tools")) {
            request.tools.put(tool.getString("name"), RequestFields.object(tool, "input_schema"));
        }
        JsonObject choice = RequestFields.object(body, "tool_choice");
        request.toolChoice = switch (choice.getString("type", "auto")) {
            case "any" -> "required";
            case "tool" -> choice.getString("name");
            default -> choice.getString("type", "auto");
        };
        request.parallelCalls = !choice.getBoolean("disable_parallel_tool_use", false);
        request.thinking = !RequestFields.object(body, "thinking")
                .getString("type", "disabled")
                .equals("disabled");
        JsonObject format = RequestFields.object(RequestFields.object(body, "output_config"), "format");
        if (format.getString("type", "").equals("json_schema")) {
            request.schema = Optional.of(RequestFields.object(format, "schema"));
        }
        messages(RequestFields.objects(body, "messages"), request);
        return request;
    }

    private static void messages(List<JsonObject> messages, SimulatedRequest request) {
        if (messages.isEmpty()) {
            throw SimulatedError.bad("", "messages: at least one message is required");
        }
        List<String> open = List.of();
        for (int i = 0; i < messages.size(); i++) {
            JsonObject message = messages.get(i);
            switch (message.getString("role", "")) {
                case "user" -> {
                    user(message, request, open);
                    open = List.of();
                }
                case "assistant" -> open = assistant(message);
                default ->
                    throw SimulatedError.bad(
                            "", "messages.%d.role: Input should be 'user' or 'assistant'".formatted(i));
            }
        }
        if (messages.getLast().getString("role").equals("assistant")) {
            throw SimulatedError.bad("", "This model does not support assistant message prefill.");
        }
    }

    private static List<String> assistant(JsonObject message) {
        List<String> open = new ArrayList<>();
        for (JsonObject block : RequestFields.objects(message, "content")) {
            switch (block.getString("type", "")) {
                case "text" -> {
                    if (block.getString("text", "").isEmpty()) {
                        throw SimulatedError.bad("", "messages: text content blocks must be non-empty");
                    }
                }
                case "thinking" -> {
                    if (!block.getString("signature", "").equals(SIGNATURE)) {
                        throw SimulatedError.bad("", "messages: Invalid `signature` in `thinking` block");
                    }
                }
                case "tool_use" -> {
                    if (!block.getString("id", "").matches(TOOL_ID)) {
                        throw SimulatedError.bad(
                                "", "messages: tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'");
                    }
                    if (!(block.getValue("input") instanceof JsonObject)) {
                        throw SimulatedError.bad("", "messages: tool_use.input: Input should be a valid dictionary");
                    }
                    open.add(block.getString("id"));
                }
                default ->
                    throw SimulatedError.bad("", "messages: content: unexpected type " + block.getString("type"));
            }
        }
        return open;
    }

    private static void user(JsonObject message, SimulatedRequest request, List<String> open) {
        List<String> unanswered = new ArrayList<>(open);
        List<JsonObject> blocks = RequestFields.objects(message, "content");
        if (blocks.stream().noneMatch(block -> block.getString("type", "").equals("tool_result"))) {
            request.userTurn();
        }
        if (message.getValue("content") instanceof String text) {
            request.text(text);
        }
        for (JsonObject block : blocks) {
            switch (block.getString("type", "")) {
                case "text" -> request.text(block.getString("text"));
                case "image", "document" -> source(RequestFields.object(block, "source"), request);
                case "tool_result" -> {
                    if (!unanswered.remove(block.getString("tool_use_id", ""))) {
                        throw SimulatedError.bad(
                                "", "messages: unexpected `tool_use_id` found in `tool_result` blocks");
                    }
                    request.toolResult(RequestFields.text(block, "content"));
                }
                default ->
                    throw SimulatedError.bad("", "messages: content: unexpected type " + block.getString("type"));
            }
        }
        if (!unanswered.isEmpty()) {
            throw SimulatedError.bad(
                    "", "messages: `tool_use` ids were found without `tool_result` blocks immediately after");
        }
    }

    private static void source(JsonObject source, SimulatedRequest request) {
        switch (source.getString("type", "")) {
            case "base64" ->
                request.file(source.getString("media_type", ""), SimulatedRequest.base64(source.getString("data", "")));
            case "url" -> request.url(source.getString("url", ""));
            default -> throw SimulatedError.bad("", "messages: source: unexpected type " + source.getString("type"));
        }
    }

    private static List<JsonObject> blocks(SimulatedAnswer answer) {
        List<JsonObject> blocks = new ArrayList<>();
        if (!answer.thoughts().isEmpty()) {
            blocks.add(new JsonObject()
                    .put("type", "thinking")
                    .put("thinking", answer.thoughts())
                    .put("signature", SIGNATURE));
        }
        if (!answer.text().isEmpty()) {
            blocks.add(new JsonObject()
                    .put("type", "text")
                    .put("text", answer.text())
                    .put("citations", null));
        }
        for (SimulatedAnswer.Call call : answer.calls()) {
            blocks.add(new JsonObject()
                    .put("type", "tool_use")
                    .put("id", "toolu_" + call.id())
                    .put("name", call.name())
                    .put("input", call.arguments()));
        }
        return blocks;
    }

    private static String stop(SimulatedAnswer answer) {
        return answer.calls().isEmpty() ? "end_turn" : "tool_use";
    }

    private JsonObject message(JsonObject body, JsonArray content) {
        return new JsonObject()
                .put("id", "msg_" + model.id())
                .put("type", "message")
                .put("role", "assistant")
                .put("model", body.getString("model"))
                .put("content", content)
                .put("stop_reason", null)
                .put("stop_sequence", null)
                .put(
                        "usage",
                        new JsonObject()
                                .put("input_tokens", SimulatedAnswer.INPUT - SimulatedAnswer.CACHED)
                                .put("cache_creation_input_tokens", 0)
                                .put("cache_read_input_tokens", SimulatedAnswer.CACHED)
                                .put("output_tokens", SimulatedAnswer.OUTPUT)
                                .put("service_tier", "standard"));
    }

    private void stream(ApiExchange exchange, JsonObject body, SimulatedAnswer answer) throws IOException {
        ApiExchange.Stream out = exchange.stream("text/event-stream; charset=utf-8");
        JsonObject start = message(body, new JsonArray());
        start.getJsonObject("usage").put("output_tokens", 1);
        out.event(new JsonObject().put("type", "message_start").put("message", start));
        List<JsonObject> blocks = blocks(answer);
        for (int i = 0; i < blocks.size(); i++) {
            JsonObject block = blocks.get(i);
            out.event(event("content_block_start", i).put("content_block", opening(block)));
            if (i == 0) {
                out.event(new JsonObject().put("type", "ping"));
            }
            for (JsonObject delta : deltas(block)) {
                out.event(event("content_block_delta", i).put("delta", delta));
            }
            out.event(event("content_block_stop", i));
        }
        out.event(new JsonObject()
                .put("type", "message_delta")
                .put("delta", new JsonObject().put("stop_reason", stop(answer)).put("stop_sequence", null))
                .put("usage", new JsonObject().put("output_tokens", SimulatedAnswer.OUTPUT)));
        out.event(new JsonObject().put("type", "message_stop"));
    }

    private static JsonObject event(String type, int index) {
        return new JsonObject().put("type", type).put("index", index);
    }

    private static JsonObject opening(JsonObject block) {
        return switch (block.getString("type")) {
            case "thinking" -> block.copy().put("thinking", "").put("signature", "");
            case "text" -> new JsonObject().put("type", "text").put("text", "");
            default -> block.copy().put("input", new JsonObject());
        };
    }

    private static List<JsonObject> deltas(JsonObject block) {
        List<JsonObject> deltas = new ArrayList<>();
        String type = block.getString("type");
        switch (type) {
            case "thinking" -> {
                SimulatedAnswer.pieces(block.getString("thinking"))
                        .forEach(piece -> deltas.add(
                                new JsonObject().put("type", "thinking_delta").put("thinking", piece)));
                deltas.add(new JsonObject().put("type", "signature_delta").put("signature", SIGNATURE));
            }
            case "text" ->
                SimulatedAnswer.pieces(block.getString("text"))
                        .forEach(piece -> deltas.add(
                                new JsonObject().put("type", "text_delta").put("text", piece)));
            default -> {
                deltas.add(new JsonObject().put("type", "input_json_delta").put("partial_json", ""));
                SimulatedAnswer.pieces(block.getJsonObject("input").encode())
                        .forEach(piece -> deltas.add(
                                new JsonObject().put("type", "input_json_delta").put("partial_json", piece)));
            }
        }
        return deltas;
    }
}
