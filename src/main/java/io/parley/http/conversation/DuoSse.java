package io.parley.http.conversation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunEvent.Fragment;
import io.parley.http.stream.SseText;
import io.parley.json.JsonStringWriter;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;

/** Writes a two-agent conversation as unnamed server-sent events; each event is one JSON object with a {@code type}. */
final class DuoSse implements RunEventWriter {

    @Override
    public Buffer streamError(Problem problem) {
        ObjectNode view = JsonNodeFactory.instance
                .objectNode()
                .put("type", "error")
                .put("message", problem.detail())
                .put("code", problem.code())
                .put("retryable", problem.retryable());
        return SseText.event(Buffer.buffer(), view);
    }

    @Override
    public void write(Buffer out, Cursor cursor, RunEvent event) {
        SseText.id(out, cursor);
        if (event instanceof Fragment fragment) {
            fragment(out, cursor, event, fragment);
        } else {
            SseText.event(out, DuoViews.event(cursor, event));
        }
    }

    /** Builds the JSON by hand: runs once per token. */
    private static void fragment(Buffer out, Cursor cursor, RunEvent event, Fragment fragment) {
        out.appendString("data: {\"type\":\"")
                .appendString(DuoViews.type(event))
                .appendString("\",\"seq\":")
                .appendString(Long.toString(cursor.seq()))
                .appendString(",\"ts\":\"")
                .appendString(Instant.ofEpochMilli(event.at()).toString())
                .appendString("\",\"turn\":")
                .appendString(Integer.toString(fragment.turn()))
                .appendString(",\"attempt\":")
                .appendString(Integer.toString(fragment.attempt()))
                .appendString(",\"role\":\"")
                .appendString(fragment.speaker().wireName())
                .appendString("\",\"delta\":");
        JsonStringWriter.append(out, fragment.delta());
        out.appendString("}\n\n");
    }
}
