package io.parley.http.stream;

import io.parley.contract.Problem;
import io.vertx.core.Future;

/** Something that a client is being told, and that has an end. */
public interface OpenStream {

    /** Tell the client nothing more but why. */
    void abort(Problem problem);

    /** Completes when the client has everything it will get. */
    Future<Void> completion();
}
