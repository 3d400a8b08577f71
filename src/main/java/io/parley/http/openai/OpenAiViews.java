package io.parley.http.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.ToolDelta;
import io.parley.contract.FinishReason;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.Model;
import io.parley.contract.Usage;
import io.parley.http.generation.CollectedAnswer.Result;
import io.parley.json.Usd;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes completions, usage and models in OpenAI's format. Stream chunks are written by {@code OpenAiSse}. */
public final class OpenAiViews {

    private OpenAiViews() {}

    /**
     * @param answers one for each choice; the first says which provider and model answered
     * @param functions whether the client knows functions instead of tools
     */
    static ObjectNode completion(String id, Instant created, List<Result> answers, boolean functions) {
        Result first = answers.getFirst();
        ObjectNode view = object().put("id", id)
                .put("object", "chat.completion")
                .put("created", created.getEpochSecond())
                .put("model", first.handle().model());
        ArrayNode choices = view.putArray("choices");
        Usage usage = Usage.NONE;
        for (Result answer : answers) {
            ObjectNode choice = choices.addObject().put("index", choices.size() - 1);
            message(choice.putObject("message"), answer, functions);
            choice.putNull("logprobs").put("finish_reason", reason(answer.end().reason(), functions));
            usage = usage.plus(answer.end().usage());
        }
        view.set("usage", usage(usage));
        view.set("x_parley", parleyExtension(first.handle(), usage));
        return view;
    }

    private static void message(ObjectNode message, Result answer, boolean functions) {
        ArrayNode calls = calls(answer.events());
        String text = answer.text();
        String refusal = answer.refusal();
        String thinking = answer.thinking();
        message.put("role", "assistant");
        if (!thinking.isEmpty()) {
            message.put("reasoning_content", thinking);
        }
        boolean noText = text.isEmpty() && !(calls.isEmpty() && refusal.isEmpty());
        message.put("content", noText ? null : text).put("refusal", refusal.isEmpty() ? null : refusal);
        if (!calls.isEmpty() && functions) {
            message.set("function_call", calls.path(0).path("function")); // a message has one at most
        } else if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
    }

    private static ArrayNode calls(List<AnswerEvent> events) {
        Map<Integer, StringBuilder> arguments = new TreeMap<>();
        ArrayNode calls = JsonNodeFactory.instance.arrayNode();
        for (AnswerEvent event : events) {
            if (event instanceof ToolDelta delta) {
                delta.id()
                        .ifPresent(id -> calls.addObject()
                                .put("id", id)
                                .put("type", "function")
                                .putObject("function")
                                .put("name", delta.name().orElse("")));
                arguments
                        .computeIfAbsent(delta.index(), _ -> new StringBuilder())
                        .append(delta.arguments());
            }
        }
        arguments.forEach((index, text) -> {
            if (calls.path(index).path("function") instanceof ObjectNode function) {
                function.put("arguments", text.toString());
            }
        });
        return calls;
    }

    /** @param functions whether the client knows functions instead of tools */
    static String reason(FinishReason reason, boolean functions) {
        return functions && reason == FinishReason.TOOL_CALLS ? "function_call" : reason(reason);
    }

    static String reason(FinishReason reason) {
        return switch (reason) {
            case STOP, PAUSE, CANCELLED -> "stop";
            case LENGTH -> "length";
            case FILTER -> "content_filter";
            case TOOL_CALLS -> "tool_calls";
        };
    }

    static ObjectNode usage(Usage usage) {
        ObjectNode view = object().put("prompt_tokens", usage.inputTokens())
                .put("completion_tokens", usage.outputTokens())
                .put("total_tokens", usage.inputTokens() + usage.outputTokens());
        view.putObject("prompt_tokens_details")
                .put("cached_tokens", usage.cachedTokens())
                .put("cache_write_tokens", usage.cacheWriteTokens());
        view.putObject("completion_tokens_details").put("reasoning_tokens", usage.reasoningTokens());
        return view;
    }

    /** Values that OpenAI's format has no field for. */
    static ObjectNode parleyExtension(AnswerHandle handle, Usage usage) {
        ObjectNode view = object().put("provider", handle.provider())
                .put("cached", handle.cached())
                .put("estimated", usage.estimated());
        view.put("cost_usd", Usd.ofMicros(usage.costMicros()));
        return view;
    }

    /** {@code created} is 0, because the creation time is unknown. */
    public static ObjectNode model(Model model) {
        return object().put("id", model.id())
                .put("object", "model")
                .put("created", 0)
                .put("owned_by", model.ownedBy());
    }

    public static ObjectNode models(List<Model> models) {
        ObjectNode view = object().put("object", "list");
        ArrayNode data = view.putArray("data");
        models.forEach(model -> data.add(model(model)));
        return view;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
