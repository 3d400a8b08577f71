package io.parley.http;

import io.parley.contract.Trace;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Gives requests their places in traces, or does nothing. */
@FunctionalInterface
interface Tracing {

    /** The header of an answer that says where its request stands. */
    String RESPONSE = "traceresponse";

    /** A request has come; what is answered is to be run when it has been served. */
    Runnable begin(HttpServerRequest request);

    /** A request has become a socket: that is all that will become of it. */
    default void upgraded(HttpServerRequest request) {}

    /** Nothing is traced. */
    static Tracing off() {
        return _ -> () -> {};
    }

    /** The place that the request was given. */
    static Optional<Trace> of(HttpServerRequest request) {
        return Optional.ofNullable(request.response().headers().get(RESPONSE)).flatMap(Trace::parse);
    }
}
