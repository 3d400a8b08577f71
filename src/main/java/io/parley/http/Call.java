package io.parley.http;

import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.AuthMessage.Grant;
import io.parley.contract.Origin;
import io.parley.contract.Problem;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.Optional;

/** What is known of a request once its caller is known. */
final class Call {

    static final String ADMIN = "admin";

    private static final String CALLER = "parley.caller";

    private Call() {}

    static void by(RoutingContext ctx, Caller caller) {
        ctx.put(CALLER, caller);
    }

    /** Who calls, if that is known yet. */
    static Optional<Caller> known(RoutingContext ctx) {
        Caller caller = ctx.get(CALLER);
        return Optional.ofNullable(caller);
    }

    /** Who calls; a route that was reached without anybody being asked refuses. */
    static Caller caller(RoutingContext ctx) {
        return known(ctx).orElseThrow(() -> new Problem.Unauthorized().toException());
    }

    static String user(RoutingContext ctx) {
        return caller(ctx).user();
    }

    /** Who calls, and is an administrator; nobody else passes. */
    static Caller admin(RoutingContext ctx) {
        Caller caller = caller(ctx);
        if (!caller.roles().contains(ADMIN)) {
            throw new Problem.Forbidden(ADMIN).toException();
        }
        return caller;
    }

    /** The id that the path has at {@code name}. */
    static String id(RoutingContext ctx, String name) {
        return Objects.requireNonNull(ctx.pathParam(name), name);
    }

    static Origin origin(RoutingContext ctx) {
        return new Origin(
                Letterhead.requestId(ctx.request()),
                user(ctx),
                Optional.empty(),
                Optional.empty(),
                caller(ctx).apiKey().map(Grant::keyId));
    }
}
