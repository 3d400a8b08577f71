package io.parley.http.conversation;

import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.StreamMessage.Batch;
import io.parley.http.stream.SseText;
import io.vertx.core.buffer.Buffer;

/** Writes the events of a log in the format of one kind of stream. */
interface RunEventWriter {

    /** Writes a batch; an empty batch as a heartbeat. */
    default Buffer render(Batch batch) {
        if (batch.events().isEmpty() && !batch.end()) {
            return Buffer.buffer(SseText.KEEPALIVE);
        }
        Buffer out = Buffer.buffer();
        for (int index = 0; index < batch.events().size(); index++) {
            if (batch.events().get(index) instanceof RunEvent event) {
                write(out, batch.cursorAt(index), event);
            }
        }
        return out;
    }

    /** Writes an event; nothing if this kind of stream does not contain it. */
    void write(Buffer out, Cursor cursor, RunEvent event);

    /** Writes the error that ends a stream whose log was lost. */
    Buffer streamError(Problem problem);
}
