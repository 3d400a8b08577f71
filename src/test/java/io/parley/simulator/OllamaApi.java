package io.parley.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Ollama's /api/chat, /api/embed, /api/tags and /api/version. Ollama ignores unknown fields, but not wrong types. */
final class OllamaApi implements SimulatedApi {

    private static final Set<String> ROLES = Set.of("system", "user", "assistant", "tool");

    private final SimulatedModel model;

    OllamaApi(SimulatedModel model) {
        this.model = model;
    }

    @Override
    public void handle(ApiExchange exchange) throws IOException {
        try {
            switch (exchange.path()) {
                case "/ollama/api/chat" -> chat(exchange);
                case "/ollama/api/embed" -> embed(exchange);
                case "/ollama/api/tags" -> exchange.json(200, tags());
                case "/ollama/api/version" -> exchange.json(200, new JsonObject().put("version", "0.20.1"));
                default -> throw new SimulatedError(404, "", "", "404 page not found");
            }
        } catch (SimulatedError e) {
            exchange.json(e.status(), new JsonObject().put("error", e.message()));
        }
    }

    private static JsonObject tags() {
        JsonArray models = new JsonArray();
        for (Map<String, String> names : List.of(ProviderSimulator.MODELS, ProviderSimulator.EMBEDDING_MODELS)) {
            String name = names.get("ollama") + ":latest";
            models.add(new JsonObject().put("name", name).put("model", name));
        }
        return new JsonObject().put("models", models);
    }

    private static void embed(ApiExchange exchange) throws IOException {
        JsonObject body = exchange.body();
        JsonArray inputs = body.getValue("input") instanceof JsonArray list
                ? list
                : new JsonArray().add(body.getString("input", ""));
        JsonArray vectors = new JsonArray();
        for (Object input : inputs) {
            if (!(input instanceof String text)) {
                throw SimulatedError.bad("", "invalid input type");
            }
            vectors.add(OpenAiEmbeddingsApi.list(OpenAiEmbeddingsApi.vector(text)));
        }
        exchange.json(
                200,
                new JsonObject()
                        .put("model", body.getString("model"))
                        .put("embeddings", vectors)
                        .put("total_duration", 14_143_917)
                        .put("load_duration", 1_019_500)
                        .put("prompt_eval_count", 4));
    }

    private void chat(ApiExchange exchange) throws IOException {
        JsonObject body = exchange.body();
        if (!body.getString("model", "").equals(ProviderSimulator.MODELS.get("ollama"))) {
            throw new SimulatedError(404, "", "", "model '" + body.getString("model") + "' not found");
        }
        SimulatedAnswer answer = model.answer(request(body));
        if (!body.getBoolean("stream", true)) {
            exchange.json(200, end(body, message(answer.text(), answer)));
            return;
        }
        ApiExchange.Stream out = exchange.stream("application/x-ndjson");
        for (String piece : SimulatedAnswer.pieces(answer.thoughts())) {
            out.line(line(
                    body,
                    new JsonObject().put("role", "assistant").put("content", "").put("thinking", piece)));
        }
        for (String piece : SimulatedAnswer.pieces(answer.text())) {
            out.line(line(body, new JsonObject().put("role", "assistant").put("content", piece)));
        }
        if (!answer.calls().isEmpty()) {
            out.line(line(
                    body,
                    new JsonObject().put("role", "assistant").put("content", "").put("tool_calls", calls(answer))));
        }
        out.line(end(body, new JsonObject().put("role", "assistant").put("content", "")));
    }

    private static SimulatedRequest request(JsonObject body) {
        SimulatedRequest request = new SimulatedRequest();
        for (JsonObject tool : RequestFields.objects(body, "tools")) {
            JsonObject function = RequestFields.object(tool, "function");
            request.tools.put(function.getString("name"), RequestFields.object(function, "parameters"));
        }
        switch (body.getValue("format")) {
            case JsonObject schema -> request.schema = Optional.of(schema);
            case String format when format.equals("json") -> request.json = true;
            case null -> {}
            default -> throw SimulatedError.bad("", "invalid format");
        }
        request.thinking = Set.of("true", "low", "medium", "high").contains(String.valueOf(body.getValue("think")));
        for (JsonObject message : RequestFields.objects(body, "messages")) {
            message(message, request);
        }
        return request;
    }

    private static void message(JsonObject message, SimulatedRequest request) {
        String role = message.getString("role", "");
        if (!ROLES.contains(role)) {
            throw SimulatedError.bad("", "invalid role \"" + role + "\"");
        }
        if (message.containsKey("content") && !(message.getValue("content") instanceof String)) {
            throw SimulatedError.bad(
                    "", "json: cannot unmarshal into Go struct field ChatRequest.messages.content of type string");
        }
        for (JsonObject call : RequestFields.objects(message, "tool_calls")) {
            if (!(RequestFields.object(call, "function").getValue("arguments") instanceof JsonObject)) {
                throw SimulatedError.bad("", "json: cannot unmarshal tool call arguments");
            }
        }
        switch (role) {
            case "user" -> {
                request.userTurn();
                request.text(message.getString("content", ""));
                for (Object image : message.getJsonArray("images", new JsonArray())) {
                    byte[] bytes = SimulatedRequest.base64(String.valueOf(image));
                    request.file(bytes.length > 1 && bytes[1] == 'P' ? "image/png" : "image/jpeg", bytes);
                }
            }
            case "tool" -> request.toolResult(message.getString("content", ""));
            default -> {}
        }
    }

    private static JsonObject message(String content, SimulatedAnswer answer) {
        JsonObject message = new JsonObject().put("role", "assistant").put("content", content);
        if (!answer.thoughts().isEmpty()) {
            message.put("thinking", answer.thoughts());
        }
        return answer.calls().isEmpty() ? message : message.put("tool_calls", calls(answer));
    }

    private static JsonArray calls(SimulatedAnswer answer) {
        JsonArray calls = new JsonArray();
        for (SimulatedAnswer.Call call : answer.calls()) {
            calls.add(new JsonObject()
                    .put("id", "call_" + call.id())
                    .put(
                            "function",
                            new JsonObject()
                                    .put("index", calls.size())
                                    .put("name", call.name())
                                    .put("arguments", call.arguments())));
        }
        return calls;
    }

    private static JsonObject line(JsonObject body, JsonObject message) {
        return new JsonObject()
                .put("model", body.getString("model"))
                .put("created_at", "2026-11-30T12:00:00.123456789Z")
                .put("message", message)
                .put("done", false);
    }

    private static JsonObject end(JsonObject body, JsonObject message) {
        return line(body, message)
                .put("done", true)
                .put("done_reason", "stop")
                .put("total_duration", 4_883_583_458L)
                .put("load_duration", 1_334_875)
                .put("prompt_eval_count", SimulatedAnswer.INPUT)
                .put("prompt_eval_duration", 342_546_000)
                .put("eval_count", SimulatedAnswer.OUTPUT)
                .put("eval_duration", 4_535_599_000L);
    }
}
