package io.parley.http.anthropic;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.FinishReason;
import io.parley.contract.Usage;
import io.parley.http.generation.CollectedAnswer.Result;

/** Writes messages, content blocks and usage in Anthropic's format. */
final class AnthropicViews {

    private AnthropicViews() {}

    /** A message without content, as in {@code message_start}. */
    static ObjectNode emptyMessage(String id, String model) {
        ObjectNode message = object().put("id", id).put("type", "message").put("role", "assistant");
        message.putArray("content");
        message.put("model", model).putNull("stop_reason").putNull("stop_sequence");
        message.set("usage", usage(Usage.NONE));
        return message;
    }

    /** A whole message. */
    static ObjectNode message(String id, Result answer) {
        ObjectNode message = emptyMessage(id, answer.end().model());
        message.set("content", AnthropicContent.of(answer));
        boolean refused = answer.events().stream().anyMatch(AnswerEvent.Refusal.class::isInstance);
        putEnd(message, answer.end(), refused);
        message.set("usage", usage(answer.end().usage()));
        return message;
    }

    /** Puts why the message ended, and the stop sequence that ended it, if it is known. */
    static void putEnd(ObjectNode message, Completed end, boolean refused) {
        boolean sequence = end.stopSequence().isPresent() && end.reason() == FinishReason.STOP;
        boolean refusal = refused && end.reason() == FinishReason.STOP;
        message.put("stop_reason", refusal ? "refusal" : sequence ? "stop_sequence" : reason(end.reason()))
                .put("stop_sequence", end.stopSequence().orElse(null));
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

    static ObjectNode thinking(String thinking, String signature) {
        return object().put("type", "thinking").put("thinking", thinking).put("signature", signature);
    }

    static ObjectNode redacted(String data) {
        return object().put("type", "redacted_thinking").put("data", data);
    }

    private static String reason(FinishReason reason) {
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
