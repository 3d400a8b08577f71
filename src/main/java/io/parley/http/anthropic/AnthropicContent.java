package io.parley.http.anthropic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Refusal;
import io.parley.contract.AnswerEvent.Thinking;
import io.parley.contract.AnswerEvent.ToolDelta;
import io.parley.contract.FinishReason;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.http.generation.CollectedAnswer.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds the content blocks of a whole message from the events of its answer, in the order in which they began. */
final class AnthropicContent {

    private static final JsonMapper JSON = new JsonMapper();

    private final Result answer;
    private final List<ObjectNode> blocks = new ArrayList<>();
    private final Map<Integer, ObjectNode> calls = new LinkedHashMap<>();
    private final Map<Integer, StringBuilder> arguments = new LinkedHashMap<>();

    private AnthropicContent(Result answer) {
        this.answer = answer;
    }

    /** The content blocks. Arguments that are not JSON are a protocol error of the provider, unless the answer was cut. */
    static ArrayNode of(Result answer) {
        AnthropicContent content = new AnthropicContent(answer);
        answer.events().forEach(event -> {
            switch (event) {
                case Delta(String text) -> content.append("text", "text", text);
                case Refusal(String text) -> content.append("text", "text", text);
                case Thinking thinking -> content.thinking(thinking);
                case ToolDelta piece -> content.toolCall(piece);
                default -> {} // the start
            }
        });
        content.calls.forEach((index, call) -> call.set("input", content.input(index)));
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        content.blocks.forEach(all::add);
        return all;
    }

    private void thinking(Thinking thinking) {
        switch (thinking.kind()) {
            case TEXT -> {
                boolean signed = last("thinking")
                        .filter(block -> !block.path("signature").asText().isEmpty())
                        .isPresent();
                if (signed) {
                    blocks.add(AnthropicViews.thinking("", ""));
                }
                append("thinking", "thinking", thinking.text());
            }
            case SIGNATURE -> append("thinking", "signature", thinking.text());
            case REDACTED -> blocks.add(AnthropicViews.redacted(thinking.text()));
        }
    }

    private void toolCall(ToolDelta piece) {
        if (piece.id().isPresent() && piece.name().isPresent()) {
            ObjectNode call = AnthropicViews.call(piece.id().get(), piece.name().get());
            calls.put(piece.index(), call);
            blocks.add(call);
        }
        arguments.computeIfAbsent(piece.index(), _ -> new StringBuilder()).append(piece.arguments());
    }

    /** Appends to a field of the last block if it has this type, otherwise to that of a new one. */
    private void append(String type, String field, String text) {
        ObjectNode block = last(type).orElseGet(() -> {
            ObjectNode added = type.equals("text") ? AnthropicViews.text("") : AnthropicViews.thinking("", "");
            blocks.add(added);
            return added;
        });
        block.put(field, block.path(field).asText() + text);
    }

    private Optional<ObjectNode> last(String type) {
        return blocks.isEmpty()
                ? Optional.empty()
                : Optional.of(blocks.getLast())
                        .filter(block -> block.path("type").asText().equals(type));
    }

    private JsonNode input(int index) {
        String text = String.valueOf(arguments.get(index));
        if (text.isBlank()) {
            return JsonNodeFactory.instance.objectNode();
        }
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            if (answer.end().reason() == FinishReason.LENGTH) {
                return JsonNodeFactory.instance.objectNode();
            }
            throw new Problem.ProviderFailed(answer.handle().provider(), Fault.PROTOCOL, Optional.empty())
                    .toException();
        }
    }
}
