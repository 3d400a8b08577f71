package io.parley.http.conversation;

import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.Batch;
import io.vertx.core.buffer.Buffer;

/** How one kind of stream writes the events of a log. */
interface RunEventWriter {

    /** The batch as the client sees it; a sign of life when it is empty. */
    Buffer render(Batch batch);

    /** The end of a stream whose log was lost. */
    Buffer streamError(Problem problem);
}
