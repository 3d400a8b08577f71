package io.parley.http.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.Problem;
import io.parley.contract.Usage;
import io.parley.http.generation.ChoicesWriter;
import io.parley.json.JsonStringWriter;
import io.parley.json.JsonWriter;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Optional;

/** Writes answers as chat completion chunks, all with the same id and time. */
final class OpenAiSse implements ChoicesWriter {

    private static final String DONE = "data: [DONE]\n\n";

    private final String id;
    private final Instant created;
    private final boolean includeUsage;
    private final boolean functions;
    private final OpenAiChoiceSse only;
    private Optional<AnswerHandle> handle = Optional.empty();

    /**
     * @param includeUsage whether the stream ends with a usage chunk
     * @param functions whether the client knows functions instead of tools
     */
    OpenAiSse(String id, Instant created, boolean includeUsage, boolean functions) {
        this.id = id;
        this.created = created;
        this.includeUsage = includeUsage;
        this.functions = functions;
        this.only = choice(0);
    }

    @Override
    public OpenAiChoiceSse choice(int index) {
        return new OpenAiChoiceSse(index, functions, this::chunkPrefix);
    }

    @Override
    public void start(Buffer out, AnswerHandle current) {
        handle = Optional.of(current);
        only.start(out, current);
    }

    @Override
    public void event(Buffer out, AnswerEvent event) {
        only.event(out, event);
        if (event instanceof Completed end) {
            end(out, handle.orElseThrow(), end.usage());
        }
    }

    /** Writes an error chunk, which the SDKs raise as an exception, and then {@code [DONE]}. */
    @Override
    public void failed(Buffer out, Problem problem, Usage usage) {
        write(out, new OpenAiErrors().body(problem, ""));
        out.appendString(DONE);
    }

    @Override
    public void end(Buffer out, AnswerHandle first, Usage usage) {
        if (includeUsage) {
            out.appendString(chunkPrefix(first))
                    .appendString("[],\"usage\":")
                    .appendString(JsonWriter.text(OpenAiViews.usage(usage)))
                    .appendString(",\"x_parley\":")
                    .appendString(JsonWriter.text(OpenAiViews.parleyExtension(first, usage)))
                    .appendString("}\n\n");
        }
        out.appendString(DONE);
    }

    private String chunkPrefix(AnswerHandle answer) {
        Buffer model = Buffer.buffer();
        JsonStringWriter.append(model, answer.model());
        return "data: {\"id\":\"" + id + "\",\"object\":\"chat.completion.chunk\",\"created\":"
                + created.getEpochSecond() + ",\"model\":" + model + ",\"choices\":";
    }

    private static void write(Buffer out, ObjectNode frame) {
        out.appendString("data: ").appendString(JsonWriter.text(frame)).appendString("\n\n");
    }
}
