package io.parley.http.server;

import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.TraceContext;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Holds the state of one request: its id, its position in a trace and, after authentication, its caller. */
public final class RequestState {

    private static final String KEY = "parley.request";

    private final String id;
    private final Optional<TraceContext> trace;
    private final Instant startedAt;
    private Optional<Caller> caller = Optional.empty();

    RequestState(String id, Optional<TraceContext> trace, Instant startedAt) {
        this.id = id;
        this.trace = trace;
        this.startedAt = startedAt;
    }

    /** Attaches this state to the connection of {@code request}, which serves one request at a time. */
    void attach(HttpServerRequest request) {
        current(request).set(this);
    }

    /** The first handler of every router: copies the state to {@code ctx}, because the connection may serve the next request later. */
    public static void enter(RoutingContext ctx) {
        RequestState _ = of(ctx);
        ctx.next();
    }

    /** Returns the state of the request of {@code ctx}. */
    public static RequestState of(RoutingContext ctx) {
        @Nullable RequestState known = ctx.get(KEY);
        if (known != null) {
            return known;
        }
        RequestState current = current(ctx.request()).get();
        ctx.put(KEY, current);
        return current;
    }

    private static Attribute<RequestState> current(HttpServerRequest request) {
        return ((ConnectionBase) request.connection()).channel().attr(AttributeKey.valueOf(KEY));
    }

    /** Sets the caller. */
    public void authenticated(Caller verified) {
        caller = Optional.of(verified);
    }

    public String id() {
        return id;
    }

    /** Returns the position of the request in a trace; empty if tracing is off. */
    public Optional<TraceContext> trace() {
        return trace;
    }

    Instant startedAt() {
        return startedAt;
    }

    /** Returns the caller; empty until the request has been authenticated. */
    public Optional<Caller> caller() {
        return caller;
    }
}
