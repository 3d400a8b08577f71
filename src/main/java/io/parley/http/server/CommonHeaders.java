package io.parley.http.server;

import io.parley.bus.Ids;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.regex.Pattern;

/** What every answer carries, whatever it says: the request's id and the headers that keep browsers and caches in check. */
final class CommonHeaders {

    static final String REQUEST_ID = "X-Request-Id";

    private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private final Ids ids;

    CommonHeaders(Ids ids) {
        this.ids = ids;
    }

    /** Puts them on the response to {@code request}; returns the request's id. */
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
