package io.parley.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.AnswerEvent.ToolDelta;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.Problem;
import io.parley.contract.Usage;
import io.parley.json.JsonStringWriter;
import io.parley.json.JsonWriter;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Optional;

/** Writes an answer as the chunks of a chat completion; all of them have the same id, time and model. */
final class OpenAiSse implements AnswerEventWriter {

    private static final String CONTENT = "{\"content\":";
    private static final String AFTER = "},\"logprobs\":null,\"finish_reason\":null}]}\n\n";
    private static final String LAST = "data: [DONE]\n\n";

    private final String id;
    private final Instant created;
    private final boolean withUsage;
    private Optional<AnswerHandle> by = Optional.empty();
    private String head = "";
    private String choice = "";
    private byte[] beforeText = {};
    private final byte[] afterText = AFTER.getBytes(UTF_8);

    /** @param withUsage whether what was used is told at the end */
    OpenAiSse(String id, Instant created, boolean withUsage) {
        this.id = id;
        this.created = created;
        this.withUsage = withUsage;
    }

    @Override
    public void begin(Buffer out, AnswerHandle now) {
        by = Optional.of(now);
        Buffer model = Buffer.buffer();
        JsonStringWriter.append(model, now.model());
        head = "data: {\"id\":\"" + id + "\",\"object\":\"chat.completion.chunk\",\"created\":"
                + created.getEpochSecond() + ",\"model\":" + model + ",\"choices\":";
        choice = head + "[{\"index\":0,\"delta\":";
        beforeText = (choice + CONTENT).getBytes(UTF_8);
        out.appendString(choice)
                .appendString("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null")
                .appendString(AFTER);
    }

    @Override
    public void event(Buffer out, AnswerEvent event) {
        switch (event) {
            case Delta delta -> {
                out.appendBytes(beforeText);
                JsonStringWriter.append(out, delta.text());
                out.appendBytes(afterText);
            }
            case ToolDelta piece -> call(out, piece);
            case Completed end -> end(out, end);
            case Failed _ -> throw new IllegalStateException("a failure is no part of an answer");
        }
    }

    /** Clients know this frame as an exception; behind it nothing is taken for an end. */
    @Override
    public void failed(Buffer out, Problem problem, Usage usage) {
        write(out, new OpenAiErrors().body(problem, ""));
        out.appendString(LAST);
    }

    private void call(Buffer out, ToolDelta piece) {
        out.appendString(choice).appendString("{\"tool_calls\":[{\"index\":" + piece.index());
        piece.id().ifPresent(call -> {
            JsonStringWriter.append(out.appendString(",\"id\":"), call);
            out.appendString(",\"type\":\"function\"");
        });
        out.appendString(",\"function\":{");
        piece.name().ifPresent(name -> {
            JsonStringWriter.append(out.appendString("\"name\":"), name);
            out.appendByte((byte) ',');
        });
        JsonStringWriter.append(out.appendString("\"arguments\":"), piece.arguments());
        out.appendString("}}]").appendString(AFTER);
    }

    private void end(Buffer out, Completed end) {
        out.appendString(choice)
                .appendString("{},\"logprobs\":null,\"finish_reason\":\"")
                .appendString(OpenAiViews.reason(end.reason()))
                .appendString("\"}]}\n\n");
        if (withUsage) {
            out.appendString(head)
                    .appendString("[],\"usage\":")
                    .appendString(JsonWriter.text(OpenAiViews.usage(end.usage())));
            by.ifPresent(now -> out.appendString(",\"x_parley\":")
                    .appendString(JsonWriter.text(OpenAiViews.ours(now, end.usage()))));
            out.appendString("}\n\n");
        }
        out.appendString(LAST);
    }

    private static void write(Buffer out, ObjectNode frame) {
        out.appendString("data: ").appendString(JsonWriter.text(frame)).appendString("\n\n");
    }
}
