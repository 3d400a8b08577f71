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

/** Continues the traces that requests bring, begins one for those that bring none, and publishes what became of each request. */
public final class RequestTracing {

    private static final String REQUEST = "traceparent";
    private static final String RESPONSE_HEADER = "traceresponse";

    /** Asked for every few seconds, by machines. */
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

    /** Gives {@code request} its position in a trace, which its response carries; none if tracing is off. */
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

    /** Publishes that {@code request} has become a WebSocket: no response will end it. */
    public void onUpgrade(HttpServerRequest request, RequestState state) {
        publish(request, state, server.clock().instant());
    }

    private void publish(HttpServerRequest request, RequestState state, Instant began) {
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
                                        began,
                                        Duration.between(began, server.clock().instant())
                                                .toMillis())));
    }

    private static Optional<TraceContext> parent(HttpServerRequest request) {
        List<String> given = request.headers().getAll(REQUEST);
        return given.size() == 1 ? TraceContext.parse(given.getFirst()) : Optional.empty();
    }

    /** Returns sixteen random digits that are not all zero. */
    private String digits() {
        long random = server.ids().random().nextLong();
        return HexFormat.of().toHexDigits(random == 0 ? 1 : random);
    }
}
