package io.parley.http.stream;

import io.parley.contract.Problem;
import io.vertx.core.Future;

/** A response or conversation that is being streamed to a client and can be aborted. */
public interface OpenStream {

    /** Ends the stream; only {@code problem} is still sent. */
    void abort(Problem problem);

    /** Completes when nothing more will be sent to the client. */
    Future<Void> completion();
}
