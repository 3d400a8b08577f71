package io.parley.http.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.parley.contract.Problem;
import io.parley.contract.Usage;
import io.parley.http.generation.AnswerEventWriter;
import io.parley.json.JsonStringWriter;
import io.parley.json.JsonWriter;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Optional;

/** Writes an answer as chat completion chunks, all with the same id, time and model. */
final class OpenAiSse implements AnswerEventWriter {

    private static final String CONTENT = "{\"content\":";
    private static final String REASONING = "{\"reasoning_content\":";
    private static final String REFUSAL = "{\"refusal\":";
    private static final String CHUNK_SUFFIX = "},\"logprobs\":null,\"finish_reason\":null}]}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    private final String id;
    private final Instant created;
    private final boolean includeUsage;
    private Optional<AnswerHandle> handle = Optional.empty();
    private String chunkPrefix = "";
    private String choicePrefix = "";
    private byte[] beforeText = {};
    private boolean started;
    private final byte[] afterText = CHUNK_SUFFIX.getBytes(UTF_8);

    /** @param includeUsage whether the stream ends with a usage chunk */
    OpenAiSse(String id, Instant created, boolean includeUsage) {
        this.id = id;
        this.created = created;
        this.includeUsage = includeUsage;
    }

    @Override
    public void start(Buffer out, AnswerHandle current) {
        handle = Optional.of(current);
        Buffer model = Buffer.buffer();
        JsonStringWriter.append(model, current.model());
        chunkPrefix = "data: {\"id\":\"" + id + "\",\"object\":\"chat.completion.chunk\",\"created\":"
                + created.getEpochSecond() + ",\"model\":" + model + ",\"choices\":";
        choicePrefix = chunkPrefix + "[{\"index\":0,\"delta\":";
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
            case Completed end -> end(out, end);
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

    /** Writes an error chunk, which the SDKs raise as an exception, and then {@code [DONE]}. */
    @Override
    public void failed(Buffer out, Problem problem, Usage usage) {
        write(out, new OpenAiErrors().body(problem, ""));
        out.appendString(DONE);
    }

    private void write(Buffer out, String field, String text) {
        JsonStringWriter.append(out.appendString(choicePrefix).appendString(field), text);
        out.appendBytes(afterText);
    }

    private void call(Buffer out, ToolDelta piece) {
        out.appendString(choicePrefix).appendString("{\"tool_calls\":[{\"index\":" + piece.index());
        piece.id().ifPresent(id -> {
            JsonStringWriter.append(out.appendString(",\"id\":"), id);
            out.appendString(",\"type\":\"function\"");
        });
        out.appendString(",\"function\":{");
        piece.name().ifPresent(name -> {
            JsonStringWriter.append(out.appendString("\"name\":"), name);
            out.appendByte((byte) ',');
        });
        JsonStringWriter.append(out.appendString("\"arguments\":"), piece.arguments());
        out.appendString("}}]").appendString(CHUNK_SUFFIX);
    }

    private void end(Buffer out, Completed end) {
        out.appendString(choicePrefix)
                .appendString("{},\"logprobs\":null,\"finish_reason\":\"")
                .appendString(OpenAiViews.reason(end.reason()))
                .appendString("\"}]}\n\n");
        if (includeUsage) {
            out.appendString(chunkPrefix)
                    .appendString("[],\"usage\":")
                    .appendString(JsonWriter.text(OpenAiViews.usage(end.usage())));
            handle.ifPresent(current -> out.appendString(",\"x_parley\":")
                    .appendString(JsonWriter.text(OpenAiViews.parleyExtension(current, end.usage()))));
            out.appendString("}\n\n");
        }
        out.appendString(DONE);
    }

    private static void write(Buffer out, ObjectNode frame) {
        out.appendString("data: ").appendString(JsonWriter.text(frame)).appendString("\n\n");
    }
}
