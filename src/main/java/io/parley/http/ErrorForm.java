package io.parley.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Problem;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** How one API writes its errors. */
interface ErrorForm {

    /** The form of the API that {@code request} is for; the path decides, so that strangers, too, are told in words they know. */
    static ErrorForm of(HttpServerRequest request) {
        String path = request.path();
        if (path == null || !path.startsWith("/v1/")) {
            return new OurErrors();
        }
        return path.startsWith(MessagesRoutes.ROOT) ? new MessagesErrors() : new OpenAiErrors();
    }

    int status(Problem problem);

    default String type() {
        return "application/json";
    }

    ObjectNode body(Problem problem, String requestId);

    /** Headers that only errors of this API have. */
    default void head(HttpServerResponse response, Problem problem, String requestId) {}
}
