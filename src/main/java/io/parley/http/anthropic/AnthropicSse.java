package io.parley.http.anthropic;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.AnswerEvent.ToolDelta;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.Problem;
import io.parley.contract.Usage;
import io.parley.http.generation.AnswerEventWriter;
import io.parley.json.JsonStringWriter;
import io.parley.json.JsonWriter;
import io.vertx.core.buffer.Buffer;

/** Writes an answer as Anthropic's events: message start, content blocks, message stop. A failed answer has no message stop. */
final class AnthropicSse implements AnswerEventWriter {

    private static final int NO_CALL = -1;

    private final String id;
    private final String requestId;
    private int block = -1;
    private boolean inBlock;
    private int call = NO_CALL;
    private String beforeText = "";
    private String beforeJson = "";

    /** @param id of the message */
    AnthropicSse(String id, String requestId) {
        this.id = id;
        this.requestId = requestId;
    }

    @Override
    public void start(Buffer out, AnswerHandle handle) {
        ObjectNode event = event("message_start");
        event.set("message", AnthropicViews.emptyMessage(id, handle.model()));
        write(out, event);
    }

    @Override
    public void event(Buffer out, AnswerEvent event) {
        switch (event) {
            case Delta delta -> text(out, delta.text());
            case ToolDelta piece -> tool(out, piece);
            case Completed end -> end(out, end);
            case AnswerEvent.Started _, AnswerEvent.Thinking _, AnswerEvent.Refusal _, AnswerEvent.NativeData _ -> {}
            case Failed _ -> throw new IllegalStateException("unexpected event: failures are reported by failed()");
        }
    }

    @Override
    public void failed(Buffer out, Problem problem, Usage usage) {
        write(out, new AnthropicErrors().body(problem, requestId));
    }

    private void text(Buffer out, String text) {
        if (!inBlock || call != NO_CALL) {
            begin(out, AnthropicViews.text(""));
            call = NO_CALL;
        }
        out.appendString(beforeText);
        JsonStringWriter.append(out, text);
        out.appendString("}}\n\n");
    }

    private void tool(Buffer out, ToolDelta delta) {
        if (!inBlock || call != delta.index()) {
            begin(out, AnthropicViews.call(delta.id().orElse(""), delta.name().orElse("")));
            call = delta.index();
        }
        if (!delta.arguments().isEmpty()) {
            out.appendString(beforeJson);
            JsonStringWriter.append(out, delta.arguments());
            out.appendString("}}\n\n");
        }
    }

    private void begin(Buffer out, ObjectNode content) {
        stop(out);
        block++;
        inBlock = true;
        ObjectNode event = event("content_block_start").put("index", block);
        event.set("content_block", content);
        write(out, event);
        String delta = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":" + block
                + ",\"delta\":{\"type\":";
        beforeText = delta + "\"text_delta\",\"text\":";
        beforeJson = delta + "\"input_json_delta\",\"partial_json\":";
    }

    private void stop(Buffer out) {
        if (inBlock) {
            inBlock = false;
            write(out, event("content_block_stop").put("index", block));
        }
    }

    private void end(Buffer out, Completed end) {
        stop(out);
        ObjectNode event = event("message_delta");
        event.putObject("delta")
                .put("stop_reason", AnthropicViews.reason(end.reason()))
                .putNull("stop_sequence");
        event.set("usage", AnthropicViews.usage(end.usage()));
        write(out, event);
        write(out, event("message_stop"));
    }

    private static ObjectNode event(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    /** Names each event after its {@code type}. */
    private static void write(Buffer out, ObjectNode event) {
        out.appendString("event: ")
                .appendString(event.get("type").textValue())
                .appendString("\ndata: ")
                .appendString(JsonWriter.text(event))
                .appendString("\n\n");
    }
}
