package io.parley.http.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.FinishReason;
import io.parley.contract.Problem;
import io.parley.contract.Usage;
import io.parley.http.openai.OpenAiErrors;
import io.parley.json.JsonFields;
import java.time.Instant;
import java.util.List;

/**
 * Writes response objects, at every stage of an answer with the same fields.
 *
 * @param request the fields that repeat the request
 */
record ResponseView(ObjectNode request) {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> REPEATED = List.of(
            "instructions",
            "max_output_tokens",
            "previous_response_id",
            "temperature",
            "top_p",
            "user",
            "safety_identifier");

    /** The identity of one response. */
    record Identity(String id, Instant createdAt, boolean stored) {}

    static ResponseView of(JsonFields fields) {
        ObjectNode request = JSON.objectNode();
        REPEATED.forEach(name -> request.set(name, given(fields, name, JSON.nullNode())));
        request.set("metadata", given(fields, "metadata", JSON.objectNode()));
        request.set("parallel_tool_calls", given(fields, "parallel_tool_calls", JSON.booleanNode(true)));
        request.set("tool_choice", given(fields, "tool_choice", JSON.textNode("auto")));
        request.set("tools", given(fields, "tools", JSON.arrayNode()));
        request.set("truncation", given(fields, "truncation", JSON.textNode("disabled")));
        ObjectNode reasoning = JSON.objectNode().putNull("effort").putNull("summary");
        request.set("reasoning", merge(reasoning, given(fields, "reasoning", JSON.objectNode())));
        ObjectNode text = JSON.objectNode();
        text.putObject("format").put("type", "text");
        text.put("verbosity", "medium");
        request.set("text", merge(text, given(fields, "text", JSON.objectNode())));
        return new ResponseView(request);
    }

    private static JsonNode given(JsonFields fields, String name, JsonNode otherwise) {
        return fields.any(name).orElse(otherwise);
    }

    private static ObjectNode merge(ObjectNode defaults, JsonNode given) {
        given.properties().stream()
                .filter(field -> !field.getValue().isNull())
                .forEach(field -> defaults.set(field.getKey(), field.getValue()));
        return defaults;
    }

    /** A response before its first item. */
    ObjectNode inProgress(Identity identity, String model) {
        return response(identity, model, "in_progress", JSON.arrayNode());
    }

    /** A response whose answer has ended. */
    ObjectNode ended(Identity identity, String model, Completed end, ArrayNode output) {
        String reason = incompleteReason(end.reason());
        ObjectNode response = response(identity, model, reason.isEmpty() ? "completed" : "incomplete", output);
        if (!reason.isEmpty()) {
            response.putObject("incomplete_details").put("reason", reason);
        }
        response.set("usage", usage(end.usage()));
        return response;
    }

    /** A response whose answer has failed in the middle. */
    ObjectNode failed(Identity identity, String model, Problem problem, Usage usage, ArrayNode output) {
        ObjectNode response = response(identity, model, "failed", output);
        OpenAiErrors errors = new OpenAiErrors();
        response.putObject("error")
                .put("code", failureCode(errors.status(problem)))
                .put("message", errors.body(problem, "").at("/error/message").asText());
        response.set("usage", usage(usage));
        return response;
    }

    /** The codes of a failed response are fewer than those of an error, and SDKs reject others. */
    private static String failureCode(int status) {
        return switch (status) {
            case 400 -> "invalid_prompt";
            case 429 -> "rate_limit_exceeded";
            default -> "server_error";
        };
    }

    /** Whether an answer that ended for {@code reason} is whole. */
    static boolean isWhole(FinishReason reason) {
        return incompleteReason(reason).isEmpty();
    }

    private static String incompleteReason(FinishReason reason) {
        return switch (reason) {
            case STOP, TOOL_CALLS, PAUSE, CANCELLED -> "";
            case LENGTH -> "max_output_tokens";
            case FILTER -> "content_filter";
        };
    }

    private ObjectNode response(Identity identity, String model, String status, ArrayNode output) {
        ObjectNode response = JSON.objectNode()
                .put("id", identity.id())
                .put("object", "response")
                .put("created_at", identity.createdAt().getEpochSecond())
                .put("status", status)
                .put("background", false)
                .putNull("error")
                .putNull("incomplete_details")
                .put("model", model);
        response.set("output", output);
        response.setAll(request);
        return response.put("store", identity.stored())
                .put("service_tier", "default")
                .putNull("usage");
    }

    private static ObjectNode usage(Usage usage) {
        ObjectNode view = JSON.objectNode().put("input_tokens", usage.inputTokens());
        view.putObject("input_tokens_details")
                .put("cached_tokens", usage.cachedTokens())
                .put("cache_write_tokens", usage.cacheWriteTokens());
        view.put("output_tokens", usage.outputTokens());
        view.putObject("output_tokens_details").put("reasoning_tokens", usage.reasoningTokens());
        return view.put("total_tokens", usage.inputTokens() + usage.outputTokens());
    }
}
