package io.parley.http;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.config.TracingConfig;
import io.parley.contract.Addresses;
import io.parley.contract.ServerMessage.Served;
import io.parley.contract.Trace;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Goes on with the traces that requests bring, begins one for those that bring none, and tells what became of each request. */
final class TracedRequests implements Tracing {

    private static final String REQUEST = "traceparent";
    /** Asked for every few seconds, by machines. */
    private static final String HEALTH = "/health";

    private final Bus bus;
    private final Ids ids;
    private final TracingConfig config;
    private final List<RouteTable.Entry> routes;

    TracedRequests(Bus bus, Ids ids, TracingConfig config, List<RouteTable.Entry> routes) {
        this.bus = bus;
        this.ids = ids;
        this.config = config;
        this.routes = routes;
    }

    @Override
    public Runnable begin(HttpServerRequest request) {
        if (HEALTH.equals(request.path())) {
            return () -> {};
        }
        Instant began = ids.clock().instant();
        Optional<Trace> parent = parent(request);
        Trace place = parent.map(trace -> new Trace(trace.traceId(), digits(), trace.sampled()))
                .orElseGet(() ->
                        new Trace(digits() + digits(), digits(), ids.random().nextDouble() < config.sample()));
        request.response().putHeader(RESPONSE, place.traceparent());
        return place.sampled() ? () -> served(request, place, parent.map(Trace::spanId), began) : () -> {};
    }

    @Override
    public void upgraded(HttpServerRequest request) {
        Instant now = ids.clock().instant();
        Tracing.of(request)
                .filter(Trace::sampled)
                .ifPresent(place -> served(request, place, parent(request).map(Trace::spanId), now));
    }

    private static Optional<Trace> parent(HttpServerRequest request) {
        List<String> given = request.headers().getAll(REQUEST);
        return given.size() == 1 ? Trace.parse(given.getFirst()) : Optional.empty();
    }

    private void served(HttpServerRequest request, Trace place, Optional<String> parent, Instant began) {
        bus.tell(
                Addresses.HTTP_SERVED,
                new Served(
                        Letterhead.requestId(request),
                        place,
                        parent,
                        request.method().name(),
                        route(request),
                        request.response().getStatusCode(),
                        began,
                        Duration.between(began, ids.clock().instant()).toMillis()));
    }

    private Optional<String> route(HttpServerRequest request) {
        String[] path = segments(String.valueOf(request.path()));
        return routes.stream()
                .filter(entry -> entry.method().equals(request.method()))
                .map(RouteTable.Entry::path)
                .filter(pattern -> fits(segments(pattern), path))
                .findFirst();
    }

    private static boolean fits(String[] pattern, String[] path) {
        boolean fits = pattern.length == path.length;
        for (int at = 0; fits && at < path.length; at++) {
            fits = pattern[at].startsWith("{") || pattern[at].equals(path[at]);
        }
        return fits;
    }

    private static String[] segments(String path) {
        return path.split("/", -1);
    }

    /** Sixteen of them, at random, and never all zero. */
    private String digits() {
        long random = ids.random().nextLong();
        return HexFormat.of().toHexDigits(random == 0 ? 1 : random);
    }
}
