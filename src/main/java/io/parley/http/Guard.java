package io.parley.http;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.AuthMessage.Bearer;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.AuthMessage.Verify;
import io.parley.contract.Problem;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lets nobody pass who is not known. Knows how credentials are shown, not how they are checked. */
final class Guard implements Handler<RoutingContext> {

    private static final Pattern BEARER = Pattern.compile("(?i:Bearer) +([A-Za-z0-9._~+/=-]+)");
    private static final Caller DEVELOPER = new Caller("dev", Set.of("admin"), Optional.empty());

    private final Bus bus;
    private final boolean devMode;

    Guard(Bus bus, boolean devMode) {
        this.bus = bus;
        this.devMode = devMode;
    }

    @Override
    public void handle(RoutingContext ctx) {
        if (devMode) {
            pass(ctx, DEVELOPER);
        } else if (SocketRoute.asksLater(ctx.request())) {
            ctx.next();
        } else {
            ctx.request().pause();
            verify(ctx.request()).onSuccess(caller -> pass(ctx, caller)).onFailure(ctx::fail);
        }
    }

    /** Who {@code token} speaks for. */
    Future<Caller> verify(String token) {
        return devMode
                ? Future.succeededFuture(DEVELOPER)
                : bus.ask(Addresses.AUTH_VERIFY, new Verify(new Bearer(token)));
    }

    private Future<Caller> verify(HttpServerRequest request) {
        @Nullable String shown = request.getHeader(HttpHeaders.AUTHORIZATION);
        Matcher bearer = BEARER.matcher(shown == null ? "" : shown);
        return bearer.matches()
                ? verify(bearer.group(1))
                : Future.failedFuture(new Problem.Unauthorized().toException());
    }

    private static void pass(RoutingContext ctx, Caller caller) {
        Call.by(ctx, caller);
        ctx.next();
    }
}
