package io.parley.http.websocket;

import io.parley.config.LoopbackHosts;
import io.parley.contract.Problem;
import io.parley.contract.Problem.RejectionReason;
import io.parley.http.routing.AuthHandler;
import io.parley.http.routing.CorsPolicy;
import io.parley.http.server.DrainState;
import io.parley.http.server.RequestState;
import io.parley.http.server.RequestValidator;
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
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Upgrades a request after checking Origin, version 13 and credentials (credentials may follow in the first message). */
public final class SocketUpgradeHandler implements Handler<RoutingContext> {

    public static final String PATH = "/api/v1/conversations/stream";
    /** The subprotocol that precedes the token of browsers, which cannot set the Authorization header. */
    public static final String BEARER_PROTOCOL = "bearer";

    private static final String VERSION = "13";

    private final AuthHandler authHandler;
    private final Set<String> allowedOrigins;
    private final DrainState drainState;
    private final SocketServer socketServer;

    public SocketUpgradeHandler(
            AuthHandler authHandler, Collection<String> origins, DrainState drainState, SocketServer socketServer) {
        this.authHandler = authHandler;
        this.allowedOrigins = Set.copyOf(origins);
        this.drainState = drainState;
        this.socketServer = socketServer;
    }

    /** Whether the request opens a WebSocket without an Authorization header, so that authentication happens later. */
    public static boolean authenticatesLater(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET)
                && PATH.equals(request.path())
                && RequestValidator.wantsWebSocket(request)
                && !request.headers().contains(HttpHeaders.AUTHORIZATION);
    }

    @Override
    public void handle(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (!RequestValidator.wantsWebSocket(request)) {
            ctx.next();
            return;
        }
        checkHandshake(ctx);
        drainState.rejectIfDraining();
        request.pause();
        RequestState state = RequestState.of(ctx);
        authenticate(request, state)
                .onSuccess(_ -> request.toWebSocket().onSuccess(socket -> socketServer.serve(request, socket, state)))
                .onFailure(cause -> authHandler.reject(ctx, cause));
    }

    private void checkHandshake(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (!VERSION.equals(request.getHeader("Sec-WebSocket-Version"))) {
            ctx.response().putHeader("Sec-WebSocket-Version", VERSION);
            throw new Problem.Rejected(
                            RejectionReason.UPGRADE_REQUIRED, "only WebSocket version " + VERSION + " is supported")
                    .toException();
        }
        @Nullable String key = request.getHeader("Sec-WebSocket-Key");
        if (key == null || key.length() != 24) {
            throw new Problem.Malformed("invalid_upgrade", "Sec-WebSocket-Key is missing or invalid").toException();
        }
        @Nullable String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin != null && !allowedOrigins.contains(origin) && !isOwnOrigin(request, origin)) {
            throw CorsPolicy.originNotAllowed();
        }
    }

    /**
     * Whether the page was served by this server on loopback. On any other host a matching name proves nothing: its
     * owner can make it resolve to this server.
     */
    private static boolean isOwnOrigin(HttpServerRequest request, String origin) {
        @Nullable HostAndPort host = request.authority();
        return host != null && LoopbackHosts.contains(host.host()) && origin.equals("http://" + host);
    }

    /** Verifies the token in the subprotocols, if present; without one, the client may authenticate by a message. */
    private Future<?> authenticate(HttpServerRequest request, RequestState state) {
        List<String> protocols =
                tokens(request.getHeader("Sec-WebSocket-Protocol")).toList();
        if (state.caller().isPresent() || !protocols.contains(BEARER_PROTOCOL)) {
            return Future.succeededFuture();
        }
        return protocols.size() == 2 && protocols.getFirst().equals(BEARER_PROTOCOL)
                ? authHandler.verify(protocols.getLast()).onSuccess(state::authenticated)
                : Future.failedFuture(new Problem.Unauthorized().toException());
    }

    private static Stream<String> tokens(@Nullable String header) {
        return header == null
                ? Stream.empty()
                : Arrays.stream(header.split(",")).map(String::strip);
    }
}
