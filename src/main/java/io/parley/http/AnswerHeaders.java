package io.parley.http;

import io.parley.contract.GatewayMessage.Answering;
import io.parley.contract.GatewayMessage.Caching;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Locale;

/** What the heads of requests and answers say about where an answer comes from. */
final class AnswerHeaders {

    static final String CACHE = "x-parley-cache";
    static final String PROVIDER = "x-parley-provider";
    static final String MODEL = "x-parley-model";
    static final String ATTEMPTS = "x-parley-attempts";

    private AnswerHeaders() {}

    /** Say who answers; {@code x-parley-attempts} is how many vendor calls it took to the first word. */
    static void put(HttpServerResponse response, Answering by) {
        response.putHeader(CACHE, by.cached() ? "hit" : "miss")
                .putHeader(PROVIDER, by.provider())
                .putHeader(MODEL, by.model())
                .putHeader(ATTEMPTS, Integer.toString(by.calls()));
    }

    /** Whether the client would take an earlier answer, and let this one be kept. */
    static Caching caching(HttpServerRequest request) {
        for (String directives : request.headers().getAll(HttpHeaders.CACHE_CONTROL)) {
            for (String directive : directives.toLowerCase(Locale.ROOT).split(",", -1)) {
                if (directive.strip().equals("no-store")) {
                    return Caching.NEVER;
                }
            }
        }
        return Caching.USUAL;
    }
}
