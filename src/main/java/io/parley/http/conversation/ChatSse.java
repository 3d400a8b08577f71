package io.parley.http.conversation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunEvent.BotUpdated;
import io.parley.contract.RunEvent.Ended;
import io.parley.contract.RunEvent.FlowsExtracted;
import io.parley.contract.RunEvent.Injected;
import io.parley.contract.RunEvent.Paused;
import io.parley.contract.RunEvent.Resumed;
import io.parley.contract.RunEvent.RunFailed;
import io.parley.contract.RunEvent.RunStarted;
import io.parley.contract.RunEvent.ThinkingToken;
import io.parley.contract.RunEvent.Token;
import io.parley.contract.RunEvent.TurnCompleted;
import io.parley.contract.RunEvent.TurnReset;
import io.parley.contract.RunEvent.TurnStarted;
import io.parley.contract.RunEvent.UsageCounted;
import io.parley.http.stream.SseText;
import io.parley.json.JsonStringWriter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** Writes a chat's events as server-sent events, one buffer per batch. No token text can change the framing. */
public final class ChatSse implements RunEventWriter {

    /** Encoding of tokens and of reasoning. */
    public enum Format {
        /** Plain text; every line break becomes a line feed. */
        PLAIN,
        /** JSON, which preserves line breaks. */
        JSON;

        /** Returns the encoding that the query parameter {@code format} selects. */
        static Format of(HttpServerRequest request) {
            @Nullable String format = request.getParam("format");
            if (format == null) {
                return PLAIN;
            }
            if (!format.equals("json")) {
                throw new Problem.Malformed("invalid_parameter", "format must be json").toException();
            }
            return JSON;
        }
    }

    private final Format format;
    private final String runId;
    private final String requestId;
    private boolean partial;

    /** @param partial whether the client already has part of the text */
    public ChatSse(Format format, String runId, String requestId, boolean partial) {
        this.format = format;
        this.runId = runId;
        this.requestId = requestId;
        this.partial = partial;
    }

    /** Writes the error that ends a stream whose log was lost. Has no {@code id}, because it is not part of the log. */
    @Override
    public Buffer streamError(Problem problem) {
        return SseText.event(Buffer.buffer(), "error", ChatViews.error(runId, requestId, problem, partial));
    }

    /** Skips events that are not part of a chat stream, so ids can have gaps. */
    @Override
    public void write(Buffer out, Cursor cursor, RunEvent event) {
        switch (event) {
            case TurnStarted _,
                    RunStarted _,
                    UsageCounted _,
                    BotUpdated _,
                    Injected _,
                    Paused _,
                    Resumed _,
                    RunFailed _ -> {}
            case Token token -> token(SseText.id(out, cursor), token.delta());
            case ThinkingToken thinking -> thinking(SseText.id(out, cursor), thinking.delta());
            case TurnReset reset -> {
                partial = false;
                ObjectNode data = JsonNodeFactory.instance.objectNode();
                SseText.event(
                        SseText.id(out, cursor),
                        "reset",
                        data.put("reason", reset.reason()).put("attempt", reset.attempt()));
            }
            case TurnCompleted turn -> SseText.event(SseText.id(out, cursor), "turn_complete", ChatViews.turn(turn));
            case FlowsExtracted extracted ->
                SseText.event(SseText.id(out, cursor), "metadata", ChatViews.metadata(runId, extracted));
            case Ended end -> end(SseText.id(out, cursor), end);
        }
    }

    private void end(Buffer out, Ended end) {
        switch (end.status()) {
            case COMPLETED -> SseText.event(out, "done", ChatViews.done(runId, end));
            case CANCELLED -> SseText.event(out, "cancelled", ChatViews.cancelled(runId, end, partial));
            case ERROR, BUDGET, RUNNING, PAUSED ->
                SseText.event(out, "error", ChatViews.error(runId, requestId, end, partial));
        }
    }

    private void token(Buffer out, String delta) {
        partial = true;
        if (format == Format.JSON) {
            out.appendString("event: token\n");
        }
        data(out, delta);
    }

    /** Reasoning is not text of the answer, so it leaves {@code partial} as it is. */
    private void thinking(Buffer out, String delta) {
        data(out.appendString("event: thinking\n"), delta);
    }

    private void data(Buffer out, String delta) {
        if (format == Format.JSON) {
            out.appendString("data: {\"delta\":");
            JsonStringWriter.append(out, delta);
            out.appendString("}\n\n");
        } else {
            dataLines(out, delta);
            out.appendByte((byte) '\n');
        }
    }

    /** Writes one data line per line of text: SSE parsers end a line at LF, CR and CRLF, so the text must not contain any of them. */
    private static void dataLines(Buffer out, String text) {
        int from = 0;
        for (int index = 0; index < text.length(); index++) {
            char character = text.charAt(index);
            if (character == '\n' || character == '\r') {
                dataLine(out, text.substring(from, index));
                index += character == '\r' && index + 1 < text.length() && text.charAt(index + 1) == '\n' ? 1 : 0;
                from = index + 1;
            }
        }
        dataLine(out, from == 0 ? text : text.substring(from));
    }

    private static void dataLine(Buffer out, String line) {
        out.appendString("data: ").appendString(line).appendByte((byte) '\n');
    }
}
