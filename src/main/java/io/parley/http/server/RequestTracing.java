package io.parley.http.server;

import io.parley.config.TracingConfig;
import io.parley.contract.Addresses;
import io.parley.contract.ServerMessage.RequestCompleted;
import io.parley.contract.TraceContext;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Continues the trace of each request or starts one, and publishes each completed request. */
public final class RequestTracing {

    private static final String REQUEST_HEADER = "traceparent";
    private static final String RESPONSE_HEADER = "traceresponse";

    /** Not traced: health checks arrive every few seconds. */
    private static final String HEALTH = "/health";

    private final ServerContext server;
    private final TracingConfig config;
    private final Function<HttpServerRequest, Optional<String>> routes;

    /** @param routes finds the pattern of the route that serves a request */
    public RequestTracing(
            ServerContext server, TracingConfig config, Function<HttpServerRequest, Optional<String>> routes) {
        this.server = server;
        this.config = config;
        this.routes = routes;
    }

    /** Returns the position of {@code request} in a trace and adds it to the response; empty if tracing is off. */
    Optional<TraceContext> start(HttpServerRequest request) {
        if (!config.enabled() || HEALTH.equals(request.path())) {
            return Optional.empty();
        }
        TraceContext trace = parent(request)
                .map(parent -> new TraceContext(parent.traceId(), digits(), parent.sampled()))
                .orElseGet(() -> new TraceContext(
                        digits() + digits(), digits(), server.ids().random().nextDouble() < config.sampleRatio()));
        request.response().putHeader(RESPONSE_HEADER, trace.traceparent());
        return Optional.of(trace);
    }

    /** Publishes that the response to {@code request} has been written. */
    void served(HttpServerRequest request, RequestState state) {
        publish(request, state, state.startedAt());
    }

    /**
     * Publishes that {@code request} was upgraded to a WebSocket; no end of a response is reported for such a request.
     */
    public void onUpgrade(HttpServerRequest request, RequestState state) {
        publish(request, state, server.clock().instant());
    }

    private void publish(HttpServerRequest request, RequestState state, Instant startedAt) {
        state.trace()
                .filter(TraceContext::sampled)
                .ifPresent(trace -> server.bus()
                        .publish(
                                Addresses.HTTP_REQUEST_COMPLETED,
                                new RequestCompleted(
                                        state.id(),
                                        trace,
                                        parent(request).map(TraceContext::spanId),
                                        request.method().name(),
                                        routes.apply(request),
                                        request.response().getStatusCode(),
                                        startedAt,
                                        Duration.between(
                                                        startedAt,
                                                        server.clock().instant())
                                                .toMillis())));
    }

    private static Optional<TraceContext> parent(HttpServerRequest request) {
        List<String> values = request.headers().getAll(REQUEST_HEADER);
        return values.size() == 1 ? TraceContext.parse(values.getFirst()) : Optional.empty();
    }

    /** Returns 16 random hexadecimal digits, not all zero. */
    private String digits() {
        long random = server.ids().random().nextLong();
        return HexFormat.of().toHexDigits(random == 0 ? 1 : random);
    }
}
