package io.parley.simulator;

import java.io.IOException;

/** One simulated API. */
interface SimulatedApi {

    /** Replies to one request. */
    void handle(ApiExchange exchange) throws IOException;
}
