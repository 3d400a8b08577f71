package io.parley.http;

import io.netty.channel.Channel;
import io.parley.config.HttpConfig;
import io.parley.contract.Addresses;
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

/** The open WebSockets of one event loop: puts together what each of them needs, and says farewell to all when the server goes. */
final class SocketServer {

    private static final Logger LOG = LoggerFactory.getLogger(SocketServer.class);
    private static final int MAX_MESSAGE = 256 * 1024;
    private static final Duration PONG = Duration.ofSeconds(10);

    private final ServerContext server;
    private final HttpConfig config;
    private final AuthHandler guard;
    private final StreamContext streams;
    private final DuoStartLimiter limit;
    private final RequestTracing tracing;
    private final Set<SocketSubscriptions> open = new HashSet<>();

    SocketServer(
            ServerContext server,
            HttpConfig config,
            AuthHandler guard,
            StreamContext streams,
            DuoStartLimiter limit,
            RequestTracing tracing) {
        this.server = server;
        this.config = config;
        this.guard = guard;
        this.streams = streams;
        this.limit = limit;
        this.tracing = tracing;
    }

    Future<?> start() {
        return server.bus()
                .listen(Addresses.SERVER_DRAINING, _ -> List.copyOf(open).forEach(SocketSubscriptions::drain));
    }

    /** How many are open. */
    int size() {
        return open.size();
    }

    /** Ends every conversation with a word, and closes every socket behind it. */
    void abort() {
        List.copyOf(open).forEach(handles -> handles.abort(DrainState.problem()));
    }

    private static Channel channel(HttpServerRequest request) {
        return ((ConnectionBase) request.connection()).channel();
    }

    /** Serves the socket that {@code request} has become; without a caller its client has yet to say who it is. */
    void serve(HttpServerRequest request, ServerWebSocket socket, RequestState state) {
        tracing.upgraded(request, state);
        Vertx vertx = server.vertx();
        LongSupplier nanos = server.nanos();
        AfterCloseFilter.keep(channel(request));
        SocketWriter out = new SocketWriter(vertx, socket, channel(request), config.slowReader());
        SocketAuth auth = new SocketAuth(vertx, guard, server.clock(), out::close);
        state.caller().ifPresent(auth::welcome);
        SocketSubscriptions handles =
                new SocketSubscriptions(server.bus(), config.heartbeat(), state.id(), out, streams.openStreams());
        SocketSession session =
                new SocketSession(server.bus(), state, out, auth, streams.draining(), handles, limit.of(request));
        SocketKeepAlive pulse = new SocketKeepAlive(vertx, out, config.heartbeat(), PONG, nanos);
        open.add(handles);
        SocketReader in = new SocketReader(socket, new FrameAssembler(MAX_MESSAGE, nanos), pulse, out, session);
        socket.frameHandler(in::take);
        socket.exceptionHandler(cause -> LOG.debug("a socket broke: {}", cause.getMessage()));
        socket.closeHandler(_ -> {
            open.remove(handles);
            auth.stop();
            pulse.stop();
            handles.left();
        });
    }
}
