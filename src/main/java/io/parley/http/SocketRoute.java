package io.parley.http;

import io.parley.config.LoopbackHosts;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where a request becomes a WebSocket: from a page that may, in the version that is spoken, by somebody who is known or will be. */
final class SocketRoute implements Handler<RoutingContext> {

    static final String PATH = "/api/v1/conversations/stream";
    /** The subprotocol behind which browsers, who cannot set headers, show their token. */
    static final String BEARER = "bearer";

    private static final String VERSION = "13";

    private final Guard guard;
    private final Set<String> origins;
    private final Draining draining;
    private final Sockets sockets;

    SocketRoute(Guard guard, Collection<String> origins, Draining draining, Sockets sockets) {
        this.guard = guard;
        this.origins = Set.copyOf(origins);
        this.draining = draining;
        this.sockets = sockets;
    }

    /** Whether a WebSocket is asked for. */
    static boolean wanted(HttpServerRequest request) {
        return tokens(request, HttpHeaders.UPGRADE).anyMatch("websocket"::equals)
                && tokens(request, HttpHeaders.CONNECTION).anyMatch("upgrade"::equals);
    }

    /** Whether the request opens a socket and shows nothing in the usual place, so that who it is will be asked later. */
    static boolean asksLater(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET)
                && PATH.equals(request.path())
                && wanted(request)
                && !request.headers().contains(HttpHeaders.AUTHORIZATION);
    }

    /** Another method with an upgrade would be one request to us and another to whoever stands in between. */
    static void checkMethod(RoutingContext ctx) {
        if (wanted(ctx.request()) && !ctx.request().method().equals(HttpMethod.GET)) {
            ctx.response().putHeader(HttpHeaders.ALLOW, "GET");
            throw new Problem.Refused(Refusal.METHOD_NOT_ALLOWED, "a WebSocket is opened by GET").toException();
        }
        ctx.next();
    }

    @Override
    public void handle(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (!wanted(request)) {
            ctx.next();
            return;
        }
        admit(ctx);
        draining.refuse();
        request.pause();
        caller(ctx)
                .onSuccess(caller -> request.toWebSocket().onSuccess(socket -> sockets.serve(request, socket, caller)))
                .onFailure(cause -> guard.refuse(ctx, cause));
    }

    private void admit(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (!VERSION.equals(request.getHeader("Sec-WebSocket-Version"))) {
            ctx.response().putHeader("Sec-WebSocket-Version", VERSION);
            throw new Problem.Refused(Refusal.UPGRADE_REQUIRED, "WebSocket version " + VERSION + " is spoken here")
                    .toException();
        }
        @Nullable String key = request.getHeader("Sec-WebSocket-Key");
        if (key == null || key.length() != 24) {
            throw new Problem.Malformed("invalid_upgrade", "the Sec-WebSocket-Key is missing or none").toException();
        }
        @Nullable String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin != null && !origins.contains(origin) && !ownOrigin(request, origin)) {
            throw Origins.refusal();
        }
    }

    /**
     * Whether the page was served by this very server on loopback. On any other host the name proves nothing: whoever owns a name
     * can have it point here.
     */
    private static boolean ownOrigin(HttpServerRequest request, String origin) {
        @Nullable HostAndPort host = request.authority();
        return host != null && LoopbackHosts.contains(host.host()) && origin.equals("http://" + host);
    }

    /** Whoever shows something must be known by it; whoever shows nothing may still say it. */
    private Future<Optional<Caller>> caller(RoutingContext ctx) {
        Optional<Caller> known = Call.known(ctx);
        if (known.isPresent()) {
            return Future.succeededFuture(known);
        }
        List<String> protocols =
                tokens(ctx.request().getHeader("Sec-WebSocket-Protocol")).toList();
        if (!protocols.contains(BEARER)) {
            return Future.succeededFuture(Optional.empty());
        }
        return protocols.size() == 2 && protocols.getFirst().equals(BEARER)
                ? guard.verify(protocols.getLast()).map(Optional::of)
                : Future.failedFuture(new Problem.Unauthorized().toException());
    }

    private static Stream<String> tokens(HttpServerRequest request, CharSequence header) {
        return tokens(request.getHeader(header)).map(token -> token.toLowerCase(Locale.ROOT));
    }

    private static Stream<String> tokens(@Nullable String header) {
        return header == null
                ? Stream.empty()
                : Arrays.stream(header.split(",")).map(String::strip);
    }
}
