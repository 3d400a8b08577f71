package io.parley.http.routing;

import io.parley.contract.AuthMessage.ApiKeyGrant;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.Problem;
import io.parley.contract.RequestContext;
import io.parley.http.server.RequestState;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.Optional;

/** Reads the caller of a request and checks what the caller may access. */
public final class RequestCaller {

    static final String ADMIN = "admin";

    private RequestCaller() {}

    /** Returns the caller; throws {@link Problem.Unauthorized} on a route without authentication. */
    public static Caller caller(RoutingContext ctx) {
        return RequestState.of(ctx).caller().orElseThrow(() -> new Problem.Unauthorized().toException());
    }

    public static String user(RoutingContext ctx) {
        return caller(ctx).user();
    }

    /** Returns the caller; throws {@link Problem.Forbidden} unless the caller is an administrator. */
    public static Caller requireAdmin(RoutingContext ctx) {
        if (!isAdmin(ctx)) {
            throw new Problem.Forbidden(ADMIN).toException();
        }
        return caller(ctx);
    }

    public static boolean isAdmin(RoutingContext ctx) {
        return caller(ctx).roles().contains(ADMIN);
    }

    /** Returns the user to filter by: for administrators the requested one, if any; for other callers always themselves. */
    public static Optional<String> userFilter(RoutingContext ctx, Optional<String> requested) {
        return isAdmin(ctx) ? requested : Optional.of(requireOwn(requested, user(ctx)));
    }

    /** Returns {@code own}; throws {@link Problem.NotFound} if something else is requested, whether it exists or not. */
    public static String requireOwn(Optional<String> requested, String own) {
        if (requested.filter(other -> !other.equals(own)).isPresent()) {
            throw new Problem.NotFound().toException();
        }
        return own;
    }

    /** Returns the path parameter {@code name}. */
    public static String pathId(RoutingContext ctx, String name) {
        return Objects.requireNonNull(ctx.pathParam(name), name);
    }

    public static RequestContext origin(RoutingContext ctx) {
        RequestState state = RequestState.of(ctx);
        return new RequestContext(
                state.id(),
                user(ctx),
                Optional.empty(),
                Optional.empty(),
                caller(ctx).apiKey().map(ApiKeyGrant::keyId),
                state.trace());
    }
}
