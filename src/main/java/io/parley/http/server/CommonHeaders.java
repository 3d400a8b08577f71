package io.parley.http.server;

import io.parley.bus.Ids;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.regex.Pattern;

/** Writes the headers of every response: the request id, and protection against content sniffing and caching. */
final class CommonHeaders {

    static final String REQUEST_ID = "X-Request-Id";

    private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private final Ids ids;

    CommonHeaders(Ids ids) {
        this.ids = ids;
    }

    /** Adds the headers to the response to {@code request}. Returns the request id: the client's if it is valid, otherwise a new one. */
    String apply(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        List<String> values = request.headers().getAll(REQUEST_ID);
        boolean valid = values.size() == 1 && PATTERN.matcher(values.getFirst()).matches();
        String id = valid ? values.getFirst() : ids.next("req_");
        response.putHeader(REQUEST_ID, id);
        response.putHeader("X-Content-Type-Options", "nosniff");
        response.putHeader("Cache-Control", "no-store");
        return id;
    }
}
