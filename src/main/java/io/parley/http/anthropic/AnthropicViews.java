package io.parley.http.anthropic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.ToolDelta;
import io.parley.contract.FinishReason;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Usage;
import io.parley.http.generation.CollectedAnswer.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes messages, content blocks and usage in Anthropic's format. */
final class AnthropicViews {

    private static final JsonMapper JSON = new JsonMapper();

    private AnthropicViews() {}

    /** A message without content, as in {@code message_start}. */
    static ObjectNode emptyMessage(String id, String model) {
        ObjectNode message = object().put("id", id).put("type", "message").put("role", "assistant");
        message.putArray("content");
        message.put("model", model).putNull("stop_reason").putNull("stop_sequence");
        message.set("usage", usage(Usage.NONE));
        return message;
    }

    /** A whole message. Tool call arguments that are not JSON are a protocol error of the provider. */
    static ObjectNode message(String id, Result answer) {
        ObjectNode message = emptyMessage(id, answer.end().model());
        ArrayNode content = message.withArrayProperty("content");
        StringBuilder text = new StringBuilder();
        Map<Integer, List<ToolDelta>> calls = new LinkedHashMap<>();
        for (AnswerEvent event : answer.events()) {
            if (event instanceof Delta delta) {
                text.append(delta.text());
            } else if (event instanceof ToolDelta piece) {
                calls.computeIfAbsent(piece.index(), _ -> new ArrayList<>()).add(piece);
            }
        }
        if (!text.isEmpty()) {
            content.add(text(text.toString()));
        }
        calls.values()
                .forEach(pieces -> content.add(call(pieces, answer.handle().provider())));
        message.put("stop_reason", reason(answer.end().reason()));
        message.set("usage", usage(answer.end().usage()));
        return message;
    }

    static ObjectNode text(String text) {
        return object().put("type", "text").put("text", text);
    }

    /** A tool call without arguments. */
    static ObjectNode call(String id, String name) {
        ObjectNode call = object().put("type", "tool_use").put("id", id).put("name", name);
        call.putObject("input");
        return call;
    }

    private static ObjectNode call(List<ToolDelta> pieces, String provider) {
        StringBuilder arguments = new StringBuilder();
        pieces.forEach(piece -> arguments.append(piece.arguments()));
        ObjectNode call =
                call(pieces.getFirst().id().orElse(""), pieces.getFirst().name().orElse(""));
        call.set("input", input(arguments.isEmpty() ? "{}" : arguments.toString(), provider));
        return call;
    }

    private static JsonNode input(String arguments, String provider) {
        try {
            return JSON.readTree(arguments);
        } catch (JsonProcessingException e) {
            throw new Problem.ProviderFailed(provider, Fault.PROTOCOL, Optional.empty()).toException();
        }
    }

    static String reason(FinishReason reason) {
        return switch (reason) {
            case STOP, CANCELLED -> "end_turn";
            case LENGTH -> "max_tokens";
            case FILTER -> "refusal";
            case TOOL_CALLS -> "tool_use";
            case PAUSE -> "pause_turn";
        };
    }

    /** In Anthropic's format, {@code input_tokens} excludes tokens read from or written to the cache. */
    static ObjectNode usage(Usage usage) {
        ObjectNode view = object().put(
                        "input_tokens", usage.inputTokens() - usage.cachedTokens() - usage.cacheWriteTokens())
                .put("cache_creation_input_tokens", usage.cacheWriteTokens())
                .put("cache_read_input_tokens", usage.cachedTokens())
                .put("output_tokens", usage.outputTokens());
        if (usage.cacheWriteTokens() > 0) {
            view.putObject("cache_creation")
                    .put("ephemeral_5m_input_tokens", usage.cacheWriteTokens() - usage.cacheWrite1hTokens())
                    .put("ephemeral_1h_input_tokens", usage.cacheWrite1hTokens());
        }
        if (usage.reasoningTokens() > 0) {
            view.putObject("output_tokens_details").put("thinking_tokens", usage.reasoningTokens());
        }
        return view;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
