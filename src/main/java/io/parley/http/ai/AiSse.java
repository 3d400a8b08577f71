package io.parley.http.ai;

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
import io.parley.http.stream.SseText;
import io.parley.json.JsonStringWriter;
import io.parley.json.TokenUsageJson;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** Writes an answer in Parley's own format; every event has {@code delta}, {@code type}, {@code provider} and {@code finish_reason}. */
final class AiSse implements AnswerEventWriter {

    private static final String BEFORE_DELTA = "data: {\"delta\":";

    private final String requestId;
    private Optional<AnswerHandle> handle = Optional.empty();
    private String afterDelta = "";
    private int attempts;
    private boolean partial;

    AiSse(String requestId) {
        this.requestId = requestId;
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
            case Delta delta -> {
                partial = true;
                out.appendString(BEFORE_DELTA);
                JsonStringWriter.append(out, delta.text());
                out.appendString(afterDelta);
            }
            case ToolDelta _ -> {} // no tools are offered here
            case Completed end -> SseText.event(out, done(end));
            case AnswerEvent.Started _, AnswerEvent.Thinking _, AnswerEvent.Refusal _, AnswerEvent.NativeData _ -> {}
            case Failed _ -> throw new IllegalStateException("unexpected event: failures are reported by failed()");
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
