package io.parley.http.stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Cursor;
import io.parley.json.JsonWriter;
import io.vertx.core.buffer.Buffer;

/** Writes the parts of server-sent events that all formats have in common. */
public final class SseText {

    /** A comment, which all clients ignore. */
    public static final String KEEPALIVE = ":keepalive\n\n";

    private SseText() {}

    /** Returns the start of a stream: the delay before a disconnected client reconnects. */
    public static Buffer opening() {
        return Buffer.buffer("retry: 1000\n\n");
    }

    /** Appends the id of the event that follows. */
    public static Buffer id(Buffer out, Cursor at) {
        return out.appendString("id: ").appendString(at.toString()).appendByte((byte) '\n');
    }

    /** Appends an event with a name. */
    public static Buffer event(Buffer out, String name, ObjectNode data) {
        return event(out.appendString("event: ").appendString(name).appendByte((byte) '\n'), data);
    }

    /** Appends an event without a name. */
    public static Buffer event(Buffer out, ObjectNode data) {
        return out.appendString("data: ").appendString(JsonWriter.text(data)).appendString("\n\n");
    }
}
