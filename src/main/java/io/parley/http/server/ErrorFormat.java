package io.parley.http.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Problem;
import io.vertx.core.http.HttpServerResponse;

/** Writes errors in the format of one API. */
public interface ErrorFormat {

    /** Whether {@code path} belongs to the API of this format, even if no route serves it. */
    boolean covers(String path);

    int status(Problem problem);

    default String type() {
        return "application/json";
    }

    ObjectNode body(Problem problem, String requestId);

    /** Adds headers that only errors of this API have. */
    default void addHeaders(HttpServerResponse response, Problem problem, String requestId) {}
}
