package io.parley.http.ai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.AnswerEvent.Refusal;
import io.parley.contract.AnswerEvent.Thinking;
import io.parley.contract.AnswerEvent.ThinkingKind;
import io.parley.contract.AnswerEvent.ToolDelta;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.Problem;
import io.parley.contract.Usage;
import io.parley.http.generation.AnswerEventWriter;
import io.parley.http.stream.SseText;
import io.parley.json.JsonStringWriter;
import io.parley.json.TokenUsageJson;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** Writes an answer in Parley's own format; every event has {@code delta}, {@code type}, {@code provider} and {@code finish_reason}. */
final class AiSse implements AnswerEventWriter {

    private static final String BEFORE_DELTA = "data: {\"delta\":";

    /** Hidden reasoning keeps the connection alive with a comment for every so many pieces. */
    private static final int PIECES_PER_KEEPALIVE = 64;

    private final String requestId;
    private final boolean thinking;
    private Optional<AnswerHandle> handle = Optional.empty();
    private String afterDelta = "";
    private int attempts;
    private int hiddenPieces;
    private boolean partial;

    /** @param thinking whether the client asked for the reasoning of the model */
    AiSse(String requestId, boolean thinking) {
        this.requestId = requestId;
        this.thinking = thinking;
    }

    @Override
    public void preamble(Buffer out) {
        out.appendBuffer(SseText.opening());
    }

    @Override
    public void start(Buffer out, AnswerHandle current) {
        handle = Optional.of(current);
        attempts = current.attemptsUsed();
        Buffer suffix = Buffer.buffer(",\"type\":\"delta\",\"provider\":");
        JsonStringWriter.append(suffix, current.provider());
        afterDelta = suffix.appendString(",\"finish_reason\":null}\n\n").toString();
    }

    @Override
    public void event(Buffer out, AnswerEvent event) {
        switch (event) {
            case Delta(String text) -> delta(out, text);
            case Refusal(String text) -> delta(out, text); // the format has no field of its own for it
            case Thinking(ThinkingKind kind, String text) -> {
                if (kind == ThinkingKind.TEXT) {
                    thinking(out, text);
                }
            }
            case ToolDelta _ -> {} // no tools are offered here
            case Completed end -> SseText.event(out, done(end));
            case AnswerEvent.Started _, AnswerEvent.NativeData _ -> {}
            case Failed _ -> throw new IllegalStateException("unexpected event: failures are reported by failed()");
        }
    }

    private void delta(Buffer out, String text) {
        partial = true;
        out.appendString(BEFORE_DELTA);
        JsonStringWriter.append(out, text);
        out.appendString(afterDelta);
    }

    private void thinking(Buffer out, String text) {
        if (thinking) {
            SseText.event(out, "thinking", frame("thinking", Optional.empty()).put("delta", text));
        } else if (hiddenPieces++ % PIECES_PER_KEEPALIVE == 0) {
            out.appendString(SseText.KEEPALIVE);
        }
    }

    @Override
    public boolean supportsReset() {
        return true;
    }

    @Override
    public void restart(Buffer out, AnswerHandle current, int attempt) {
        start(out, current);
        partial = false;
        SseText.event(
                out,
                frame("reset", Optional.empty())
                        .put("reason", "provider_error")
                        .put("attempt", attempt)
                        .put("model", current.model()));
    }

    @Override
    public void failed(Buffer out, Problem problem, Usage usage) {
        ObjectNode frame = frame("error", Optional.empty())
                .put("error", problem.detail())
                .put("code", problem.code())
                .put("retryable", problem.retryable())
                .put("request_id", requestId)
                .put("partial", partial);
        problem.retryDelay().ifPresent(delay -> frame.put("retry_after_ms", delay.toMillis()));
        frame.set("usage", TokenUsageJson.write(usage));
        SseText.event(out, "error", frame);
    }

    private ObjectNode done(Completed end) {
        ObjectNode frame = frame("done", Optional.of(end.reason().wireName())).put("model", end.model());
        frame.set("usage", TokenUsageJson.write(end.usage()));
        return frame.put("request_id", requestId)
                .put("cached", handle.map(AnswerHandle::cached).orElse(false))
                .put("attempts", attempts);
    }

    private ObjectNode frame(String type, Optional<String> finishReason) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("delta", "")
                .put("type", type)
                .put("provider", handle.map(AnswerHandle::provider).orElse(null))
                .put("finish_reason", finishReason.orElse(null));
    }
}
