package io.parley.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** POST /v1/responses, with the items and responses that it stores. */
final class OpenAiResponsesApi implements SimulatedApi {

    private static final Set<String> FIELDS = Set.of(
            "model",
            "input",
            "instructions",
            "stream",
            "stream_options",
            "max_output_tokens",
            "max_tool_calls",
            "temperature",
            "top_p",
            "top_logprobs",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "text",
            "reasoning",
            "store",
            "previous_response_id",
            "include",
            "metadata",
            "user",
            "prompt_cache_key",
            "prompt_cache_retention",
            "truncation",
            "client_metadata",
            "service_tier",
            "safety_identifier",
            "background",
            "conversation",
            "prompt",
            "context_management");

    private final SimulatedModel model;
    private final Map<String, JsonObject> items = new ConcurrentHashMap<>();
    /** The whole conversation up to a response, by its id. */
    private final Map<String, List<JsonObject>> conversations = new ConcurrentHashMap<>();

    OpenAiResponsesApi(SimulatedModel model) {
        this.model = model;
    }

    @Override
    public void handle(ApiExchange exchange) throws IOException {
        OpenAiConventions.reporting(exchange, this::respond);
    }

    private void respond(ApiExchange exchange) throws IOException {
        JsonObject body = exchange.body();
        RequestFields.only(body, FIELDS, "unknown_parameter", "Unknown parameter: '%s'.");
        OpenAiConventions.sampling(body);
        OpenAiConventions.limit(body, "max_output_tokens", 16);
        List<JsonObject> conversation = conversation(body);
        SimulatedAnswer answer = model.answer(request(body, conversation));
        ResponseItems output = new ResponseItems(model, answer);
        JsonObject response = response(body, answer).put("output", output.list());
        if (body.getBoolean("store", true)) {
            List<JsonObject> after = new ArrayList<>(conversation);
            for (JsonObject item : RequestFields.objects(output.list())) {
                items.put(item.getString("id"), item);
                after.add(item);
            }
            conversations.put(response.getString("id"), after);
        }
        if (body.getBoolean("stream", false)) {
            output.stream(exchange.stream("text/event-stream; charset=utf-8"), response);
        } else {
            exchange.json(200, response);
        }
    }

    private List<JsonObject> conversation(JsonObject body) {
        List<JsonObject> all = new ArrayList<>();
        if (body.getString("previous_response_id") instanceof String previous) {
            List<JsonObject> before = conversations.get(previous);
            if (before == null) {
                throw new SimulatedError(
                        400,
                        "previous_response_not_found",
                        "previous_response_id",
                        "Previous response with id not found.");
            }
            all.addAll(before);
        }
        if (body.getValue("input") instanceof String text) {
            all.add(new JsonObject().put("role", "user").put("content", text));
        }
        for (JsonObject item : RequestFields.objects(body, "input")) {
            all.add(item.getString("type", "").equals("item_reference") ? stored(item.getString("id")) : item);
        }
        if (all.isEmpty()) {
            throw SimulatedError.bad("input", "Missing required parameter: 'input'.");
        }
        return all;
    }

    private JsonObject stored(String id) {
        JsonObject item = items.get(id);
        if (item == null) {
            throw new SimulatedError(404, "", "input", "Item with id '" + id + "' not found.");
        }
        return item;
    }

    private static SimulatedRequest request(JsonObject body, List<JsonObject> conversation) {
        SimulatedRequest request = new SimulatedRequest();
        for (JsonObject tool : RequestFields.objects(body, "tools")) {
            if (tool.getString("type", "").equals("function")) {
                if (tool.getString("name", "").isEmpty()) {
                    throw SimulatedError.bad("tools[0].name", "Missing required parameter: 'tools[0].name'.");
                }
                request.tools.put(tool.getString("name"), RequestFields.object(tool, "parameters"));
            }
        }
        request.toolChoice = body.getValue("tool_choice") instanceof JsonObject choice
                ? choice.getString("name", "")
                : body.getString("tool_choice", "auto");
        request.parallelCalls = body.getBoolean("parallel_tool_calls", true);
        request.thinking = RequestFields.object(body, "reasoning").getValue("effort") instanceof String effort
                && !effort.equals("none");
        JsonObject format = RequestFields.object(RequestFields.object(body, "text"), "format");
        request.json = !format.getString("type", "text").equals("text");
        if (format.getString("type", "").equals("json_schema")) {
            request.schema = Optional.of(RequestFields.object(format, "schema"));
        }
        Set<String> open = new HashSet<>();
        conversation.forEach(item -> item(item, request, open));
        if (!open.isEmpty()) {
            throw SimulatedError.bad(
                    "input",
                    "No tool output found for function call " + open.iterator().next() + ".");
        }
        return request;
    }

    private static void item(JsonObject item, SimulatedRequest request, Set<String> open) {
        switch (item.getString("type", "message")) {
            case "message" -> {
                if (item.getString("role", "").equals("user")) {
                    user(item, request);
                }
            }
            case "function_call" -> open.add(item.getString("call_id", ""));
            case "function_call_output" -> {
                if (!open.remove(item.getString("call_id", ""))) {
                    throw SimulatedError.bad(
                            "input",
                            "No tool call found for function call output with call_id " + item.getString("call_id")
                                    + ".");
                }
                request.toolResult(RequestFields.text(item, "output"));
            }
            case "reasoning" -> {}
            default ->
                throw new SimulatedError(
                        400, "invalid_value", "input[0].type", "Invalid value: '" + item.getString("type") + "'.");
        }
    }

    private static void user(JsonObject item, SimulatedRequest request) {
        request.userTurn();
        if (item.getValue("content") instanceof String text) {
            request.text(text);
        }
        for (JsonObject part : RequestFields.objects(item, "content")) {
            switch (part.getString("type", "")) {
                case "input_text" -> request.text(part.getString("text"));
                case "input_image" -> request.url(part.getString("image_url", ""));
                case "input_file" -> request.url(part.getString("file_data", ""));
                default ->
                    throw new SimulatedError(
                            400,
                            "invalid_value",
                            "input[0].content[0].type",
                            "Invalid value: '" + part.getString("type") + "'.");
            }
        }
    }

    private JsonObject response(JsonObject body, SimulatedAnswer answer) {
        return new JsonObject()
                .put("id", "resp_" + model.id())
                .put("object", "response")
                .put("created_at", 1_790_000_000)
                .put("status", "completed")
                .put("background", false)
                .put("error", null)
                .put("incomplete_details", null)
                .put("instructions", body.getValue("instructions"))
                .put("max_output_tokens", body.getValue("max_output_tokens"))
                .put("metadata", RequestFields.object(body, "metadata"))
                .put("model", body.getString("model") + "-2026-08-01")
                .put("parallel_tool_calls", body.getBoolean("parallel_tool_calls", true))
                .put("previous_response_id", body.getValue("previous_response_id"))
                .put("reasoning", new JsonObject().put("effort", null).put("summary", null))
                .put("service_tier", "default")
                .put("store", body.getBoolean("store", true))
                .put("temperature", 1.0)
                .put("text", new JsonObject().put("format", new JsonObject().put("type", "text")))
                .put("tool_choice", body.getValue("tool_choice", "auto"))
                .put("tools", body.getJsonArray("tools", new JsonArray()))
                .put("top_p", 1.0)
                .put("truncation", "disabled")
                .put("usage", usage(answer));
    }

    private static JsonObject usage(SimulatedAnswer answer) {
        return new JsonObject()
                .put("input_tokens", SimulatedAnswer.INPUT)
                .put("input_tokens_details", new JsonObject().put("cached_tokens", SimulatedAnswer.CACHED))
                .put("output_tokens", SimulatedAnswer.OUTPUT)
                .put("output_tokens_details", new JsonObject().put("reasoning_tokens", answer.reasoningTokens()))
                .put("total_tokens", SimulatedAnswer.INPUT + SimulatedAnswer.OUTPUT);
    }
}
