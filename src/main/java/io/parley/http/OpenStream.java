package io.parley.http;

import io.parley.contract.Problem;
import io.vertx.core.Future;

/** Something that a client is being told, and that has an end. */
interface OpenStream {

    /** Tell the client nothing more but why. */
    void abort(Problem problem);

    /** Completes when the client has everything it will get. */
    Future<Void> completion();
}
