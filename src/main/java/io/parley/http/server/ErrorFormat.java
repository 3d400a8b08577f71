package io.parley.http.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Problem;
import io.vertx.core.http.HttpServerResponse;

/** How one API writes its errors. */
public interface ErrorFormat {

    /** Tells whether the API that writes its errors this way has {@code path}, whether there is such a route or not. */
    boolean covers(String path);

    int status(Problem problem);

    default String type() {
        return "application/json";
    }

    ObjectNode body(Problem problem, String requestId);

    /** Headers that only errors of this API have. */
    default void addHeaders(HttpServerResponse response, Problem problem, String requestId) {}
}
