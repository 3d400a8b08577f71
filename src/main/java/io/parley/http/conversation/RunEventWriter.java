package io.parley.http.conversation;

import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.Batch;
import io.vertx.core.buffer.Buffer;

/** Writes the events of a log in the format of one kind of stream. */
interface RunEventWriter {

    /** Writes a batch; an empty batch as a heartbeat. */
    Buffer render(Batch batch);

    /** Writes the error that ends a stream whose log was lost. */
    Buffer streamError(Problem problem);
}
