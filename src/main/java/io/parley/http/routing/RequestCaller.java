package io.parley.http.routing;

import io.parley.contract.AuthMessage.ApiKeyGrant;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.Problem;
import io.parley.contract.RequestContext;
import io.parley.http.server.RequestState;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.Optional;

/** What is known of a request once its caller is known. */
public final class RequestCaller {

    static final String ADMIN = "admin";

    private RequestCaller() {}

    /** Who calls; a route that was reached without anybody being asked refuses. */
    public static Caller caller(RoutingContext ctx) {
        return RequestState.of(ctx).caller().orElseThrow(() -> new Problem.Unauthorized().toException());
    }

    public static String user(RoutingContext ctx) {
        return caller(ctx).user();
    }

    /** Who calls, and is an administrator; nobody else passes. */
    public static Caller requireAdmin(RoutingContext ctx) {
        if (!isAdmin(ctx)) {
            throw new Problem.Forbidden(ADMIN).toException();
        }
        return caller(ctx);
    }

    public static boolean isAdmin(RoutingContext ctx) {
        return caller(ctx).roles().contains(ADMIN);
    }

    /** Whose things are meant: an administrator's wish, or everybody's; of others only their own, somebody else's do not exist. */
    public static Optional<String> userFilter(RoutingContext ctx, Optional<String> requested) {
        return isAdmin(ctx) ? requested : Optional.of(requireOwn(requested, user(ctx)));
    }

    /** The caller's {@code requireOwn}, if nothing else is wished for; whatever else there may be does not exist for this caller. */
    public static String requireOwn(Optional<String> requested, String own) {
        if (requested.filter(other -> !other.equals(own)).isPresent()) {
            throw new Problem.NotFound().toException();
        }
        return own;
    }

    /** The id that the path has at {@code name}. */
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
