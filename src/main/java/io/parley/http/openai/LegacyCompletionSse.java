package io.parley.http.openai;

import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.Problem;
import io.parley.contract.Usage;
import io.parley.http.generation.AnswerEventWriter;
import io.parley.json.JsonStringWriter;
import io.parley.json.JsonWriter;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Optional;

/** Writes an answer as chunks of a legacy completion, all with the same id, time and model. */
final class LegacyCompletionSse implements AnswerEventWriter {

    private static final String DONE = "data: [DONE]\n\n";

    private final String id;
    private final Instant created;
    private final boolean includeUsage;
    private Optional<AnswerHandle> handle = Optional.empty();
    private String prefix = "";

    /** @param includeUsage whether the stream ends with a usage chunk */
    LegacyCompletionSse(String id, Instant created, boolean includeUsage) {
        this.id = id;
        this.created = created;
        this.includeUsage = includeUsage;
    }

    @Override
    public void start(Buffer out, AnswerHandle current) {
        handle = Optional.of(current);
        Buffer model = Buffer.buffer();
        JsonStringWriter.append(model, current.model());
        prefix = "data: {\"id\":\"" + id + "\",\"object\":\"text_completion\",\"created\":" + created.getEpochSecond()
                + ",\"model\":" + model + ",\"choices\":[";
    }

    @Override
    public void event(Buffer out, AnswerEvent event) {
        switch (event) {
            case Delta delta -> chunk(out, delta.text(), "null");
            case AnswerEvent.Refusal refusal -> chunk(out, refusal.text(), "null");
            case Completed end -> end(out, end);
            case AnswerEvent.Started _, AnswerEvent.Thinking _, AnswerEvent.ToolDelta _, AnswerEvent.NativeData _ -> {}
            case Failed _ -> throw new IllegalStateException("unexpected event: failures are reported by failed()");
        }
    }

    /** Writes an error chunk, which the SDKs raise as an exception, and then {@code [DONE]}. */
    @Override
    public void failed(Buffer out, Problem problem, Usage usage) {
        out.appendString("data: ")
                .appendString(JsonWriter.text(new OpenAiErrors().body(problem, "")))
                .appendString("\n\n" + DONE);
    }

    private void chunk(Buffer out, String text, String reason) {
        out.appendString(prefix).appendString("{\"text\":");
        JsonStringWriter.append(out, text);
        out.appendString(",\"index\":0,\"logprobs\":null,\"finish_reason\":" + reason + "}]}\n\n");
    }

    private void end(Buffer out, Completed end) {
        chunk(out, "", "\"" + OpenAiViews.reason(end.reason()) + "\"");
        if (includeUsage) {
            out.appendString(prefix)
                    .appendString("],\"usage\":")
                    .appendString(JsonWriter.text(OpenAiViews.usage(end.usage())));
            handle.ifPresent(current -> out.appendString(",\"x_parley\":")
                    .appendString(JsonWriter.text(OpenAiViews.parleyExtension(current, end.usage()))));
            out.appendString("}\n\n");
        }
        out.appendString(DONE);
    }
}
