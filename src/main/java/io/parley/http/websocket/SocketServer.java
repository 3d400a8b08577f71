package io.parley.http.websocket;

import io.netty.channel.Channel;
import io.parley.config.HttpConfig;
import io.parley.contract.Addresses;
import io.parley.http.routing.AuthHandler;
import io.parley.http.routing.DuoStartLimiter;
import io.parley.http.server.DrainState;
import io.parley.http.server.RequestState;
import io.parley.http.server.RequestTracing;
import io.parley.http.server.ServerContext;
import io.parley.http.stream.StreamContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the WebSockets of one event loop: wires each connection and closes all of them at shutdown. */
public final class SocketServer {

    private static final Logger LOG = LoggerFactory.getLogger(SocketServer.class);
    private static final int MAX_MESSAGE_BYTES = 256 * 1024;
    private static final Duration PONG_TIMEOUT = Duration.ofSeconds(10);

    private final ServerContext server;
    private final HttpConfig config;
    private final AuthHandler authHandler;
    private final StreamContext streams;
    private final DuoStartLimiter startLimiter;
    private final RequestTracing tracing;
    private final Set<SocketSubscriptions> openSockets = new HashSet<>();

    public SocketServer(
            ServerContext server,
            HttpConfig config,
            AuthHandler authHandler,
            StreamContext streams,
            DuoStartLimiter startLimiter,
            RequestTracing tracing) {
        this.server = server;
        this.config = config;
        this.authHandler = authHandler;
        this.streams = streams;
        this.startLimiter = startLimiter;
        this.tracing = tracing;
    }

    public Future<?> start() {
        return server.bus()
                .subscribe(
                        Addresses.SERVER_DRAINING, _ -> List.copyOf(openSockets).forEach(SocketSubscriptions::drain));
    }

    /** Returns the number of open sockets. */
    public int size() {
        return openSockets.size();
    }

    /** Ends every conversation with an error message, then closes every socket. */
    public void abort() {
        List.copyOf(openSockets).forEach(subscriptions -> subscriptions.abort(DrainState.problem()));
    }

    private static Channel channel(HttpServerRequest request) {
        return ((ConnectionBase) request.connection()).channel();
    }

    /** Serves an upgraded request; if {@code state} has no caller, the client must authenticate by a message. */
    void serve(HttpServerRequest request, ServerWebSocket socket, RequestState state) {
        tracing.onUpgrade(request, state);
        Vertx vertx = server.vertx();
        LongSupplier nanos = server.nanos();
        AfterCloseFilter.install(channel(request));
        SocketWriter writer = new SocketWriter(vertx, socket, channel(request), config.slowClientTimeout());
        SocketAuth auth = new SocketAuth(vertx, authHandler, server.clock(), writer::close);
        state.caller().ifPresent(auth::authenticated);
        SocketSubscriptions subscriptions = new SocketSubscriptions(
                server.bus(), config.heartbeatInterval(), state.id(), writer, streams.openStreams());
        SocketSession session = new SocketSession(
                server.bus(), state, writer, auth, streams.draining(), subscriptions, startLimiter.of(request));
        SocketKeepAlive keepAlive = new SocketKeepAlive(vertx, writer, config.heartbeatInterval(), PONG_TIMEOUT, nanos);
        openSockets.add(subscriptions);
        SocketReader reader =
                new SocketReader(socket, new FrameAssembler(MAX_MESSAGE_BYTES, nanos), keepAlive, writer, session);
        socket.frameHandler(reader::onFrame);
        socket.exceptionHandler(cause -> LOG.atDebug()
                .addKeyValue("request_id", state.id())
                .addKeyValue("error", cause.getMessage())
                .log("WebSocket connection failed"));
        socket.closeHandler(_ -> {
            openSockets.remove(subscriptions);
            auth.stop();
            keepAlive.stop();
            subscriptions.disconnected();
        });
    }
}
