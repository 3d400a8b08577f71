package io.parley.http.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.AnswerEvent.Refusal;
import io.parley.contract.AnswerEvent.Started;
import io.parley.contract.AnswerEvent.Thinking;
import io.parley.contract.AnswerEvent.ThinkingKind;
import io.parley.contract.AnswerEvent.ToolDelta;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.http.generation.ChoicesWriter;
import io.parley.json.JsonStringWriter;
import io.vertx.core.buffer.Buffer;
import java.util.function.Function;

/** Writes the chunks of one choice, from its role to its finish reason. */
final class OpenAiChoiceSse implements ChoicesWriter.Choice {

    private static final String CONTENT = "{\"content\":";
    private static final String REASONING = "{\"reasoning_content\":";
    private static final String REFUSAL = "{\"refusal\":";
    private static final String CHUNK_SUFFIX = "},\"logprobs\":null,\"finish_reason\":null}]}\n\n";

    private final int index;
    private final boolean functions;
    private final Function<AnswerHandle, String> chunkPrefix;
    private String choicePrefix = "";
    private byte[] beforeText = {};
    private boolean started;
    private final byte[] afterText = CHUNK_SUFFIX.getBytes(UTF_8);

    /**
     * @param functions whether the client knows functions instead of tools
     * @param chunkPrefix what all chunks of an answer begin with, up to their choices
     */
    OpenAiChoiceSse(int index, boolean functions, Function<AnswerHandle, String> chunkPrefix) {
        this.index = index;
        this.functions = functions;
        this.chunkPrefix = chunkPrefix;
    }

    @Override
    public void start(Buffer out, AnswerHandle handle) {
        choicePrefix = chunkPrefix.apply(handle) + "[{\"index\":" + index + ",\"delta\":";
        beforeText = (choicePrefix + CONTENT).getBytes(UTF_8);
    }

    /** Writes the first chunk, whose content is null if the answer is a refusal. */
    private void role(Buffer out, AnswerEvent first) {
        if (!started) {
            started = true;
            String values = first instanceof Refusal
                    ? "\"content\":null,\"refusal\":\"\""
                    : "\"content\":\"\",\"refusal\":null";
            out.appendString(choicePrefix + "{\"role\":\"assistant\"," + values + CHUNK_SUFFIX);
        }
    }

    @Override
    public void event(Buffer out, AnswerEvent event) {
        if (event instanceof Started) {
            return; // the usage comes at the end
        }
        role(out, event);
        switch (event) {
            case Delta delta -> {
                out.appendBytes(beforeText);
                JsonStringWriter.append(out, delta.text());
                out.appendBytes(afterText);
            }
            case ToolDelta piece -> call(out, piece);
            case Completed end ->
                out.appendString(choicePrefix)
                        .appendString("{},\"logprobs\":null,\"finish_reason\":\"")
                        .appendString(OpenAiViews.reason(end.reason(), functions))
                        .appendString("\"}]}\n\n");
            case Thinking(ThinkingKind kind, String text) -> {
                if (kind == ThinkingKind.TEXT) { // the format has no field for signatures
                    write(out, REASONING, text);
                }
            }
            case Refusal(String text) -> write(out, REFUSAL, text);
            case Started _, AnswerEvent.NativeData _ -> {}
            case Failed _ -> throw new IllegalStateException("unexpected event: failures are reported by failed()");
        }
    }

    private void write(Buffer out, String field, String text) {
        JsonStringWriter.append(out.appendString(choicePrefix).appendString(field), text);
        out.appendBytes(afterText);
    }

    private void call(Buffer out, ToolDelta piece) {
        if (!functions) {
            toolCall(out, piece);
        } else if (piece.index() == 0) { // a message has one function call at most
            out.appendString(choicePrefix).appendString("{\"function_call\":");
            function(out, piece);
            out.appendString(CHUNK_SUFFIX);
        }
    }

    private void toolCall(Buffer out, ToolDelta piece) {
        out.appendString(choicePrefix).appendString("{\"tool_calls\":[{\"index\":" + piece.index());
        piece.id().ifPresent(id -> {
            JsonStringWriter.append(out.appendString(",\"id\":"), id);
            out.appendString(",\"type\":\"function\"");
        });
        function(out.appendString(",\"function\":"), piece);
        out.appendString("}]").appendString(CHUNK_SUFFIX);
    }

    private static void function(Buffer out, ToolDelta piece) {
        out.appendByte((byte) '{');
        piece.name().ifPresent(name -> {
            JsonStringWriter.append(out.appendString("\"name\":"), name);
            out.appendByte((byte) ',');
        });
        JsonStringWriter.append(out.appendString("\"arguments\":"), piece.arguments());
        out.appendByte((byte) '}');
    }
}
