package io.parley.http.anthropic;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.AnswerEvent.Refusal;
import io.parley.contract.AnswerEvent.Started;
import io.parley.contract.AnswerEvent.Thinking;
import io.parley.contract.AnswerEvent.ToolDelta;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.Problem;
import io.parley.contract.Usage;
import io.parley.http.generation.AnswerEventWriter;
import io.parley.json.JsonWriter;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** Writes an answer as Anthropic's events: message start, content blocks, message stop. A failed answer has no message stop. */
final class AnthropicSse implements AnswerEventWriter {

    private final String id;
    private final String requestId;
    private final AnthropicSseBlocks blocks = new AnthropicSseBlocks();
    private Optional<AnswerHandle> handle = Optional.empty();
    private boolean started;
    private boolean refused;

    /** @param id of the message */
    AnthropicSse(String id, String requestId) {
        this.id = id;
        this.requestId = requestId;
    }

    /** Does not write the start of the message: the first event may know its input tokens. */
    @Override
    public void start(Buffer out, AnswerHandle current) {
        handle = Optional.of(current);
    }

    @Override
    public void event(Buffer out, AnswerEvent event) {
        if (!started) {
            started = true;
            startMessage(out, event instanceof Started(Usage usage) ? usage : estimated());
        }
        switch (event) {
            case Delta(String text) -> blocks.text(out, text);
            case Refusal(String text) -> {
                refused = true;
                blocks.text(out, text);
            }
            case Thinking thinking -> blocks.thinking(out, thinking);
            case ToolDelta piece -> blocks.toolCall(out, piece);
            case Completed end -> end(out, end);
            case Started _, AnswerEvent.NativeData _ -> {}
            case Failed _ -> throw new IllegalStateException("unexpected event: failures are reported by failed()");
        }
    }

    @Override
    public void failed(Buffer out, Problem problem, Usage usage) {
        write(out, new AnthropicErrors().body(problem, requestId));
    }

    /** The estimated input; at least one token, because every prompt has some. */
    private Usage estimated() {
        long input = Math.max(1, handle.map(AnswerHandle::inputTokens).orElse(0L));
        return Usage.reported(input, 0, 0, 0, 0);
    }

    private void startMessage(Buffer out, Usage usage) {
        ObjectNode message =
                AnthropicViews.emptyMessage(id, handle.map(AnswerHandle::model).orElse(""));
        message.set("usage", AnthropicViews.usage(usage));
        ObjectNode event = event("message_start");
        event.set("message", message);
        write(out, event);
    }

    private void end(Buffer out, Completed end) {
        blocks.end(out);
        ObjectNode event = event("message_delta");
        AnthropicViews.putEnd(event.putObject("delta"), end, refused);
        event.set("usage", AnthropicViews.usage(end.usage()));
        write(out, event);
        write(out, event("message_stop"));
    }

    static ObjectNode event(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    /** Names each event after its {@code type}. */
    static void write(Buffer out, ObjectNode event) {
        out.appendString("event: ")
                .appendString(event.get("type").textValue())
                .appendString("\ndata: ")
                .appendString(JsonWriter.text(event))
                .appendString("\n\n");
    }
}
