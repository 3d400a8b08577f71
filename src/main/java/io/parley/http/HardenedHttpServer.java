package io.parley.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.parley.contract.Problem;
import io.parley.contract.Problem.RejectionReason;
import io.parley.contract.TraceContext;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A server that does not trust: what no request may do, it may do on no port of ours. Knows no route. */
final class HardenedHttpServer {

    /** How long the head of a request, and then its body, may take. */
    static final Duration PHASE = Duration.ofSeconds(10);

    /** What the kernel may hold for one client: enough for text, and little enough to notice who does not read. */
    private static final int SEND_BUFFER = 128 * 1024;

    private final ServerContext server;
    private final FailureHandler problems;
    private final RequestTracing tracing;
    private final List<String> subProtocols;
    private final CommonHeaders letterhead;
    private final RequestValidator threshold = new RequestValidator();
    private long requests;

    /** @param subProtocols of WebSocket that clients may choose */
    HardenedHttpServer(ServerContext server, FailureHandler problems, RequestTracing tracing, List<String> subProtocols) {
        this.server = server;
        this.problems = problems;
        this.tracing = tracing;
        this.subProtocols = List.copyOf(subProtocols);
        this.letterhead = new CommonHeaders(server.ids());
    }

    /** A server in front of {@code inside}. */
    HttpServer server(Handler<HttpServerRequest> inside, Duration phase) {
        RequestHeadTimeouts deadlines = new RequestHeadTimeouts(server.vertx(), phase);
        return server.vertx()
                .createHttpServer(options())
                .connectionHandler(connection -> {
                    HttpVersionFilter.guard(connection, server.ids());
                    deadlines.connected(connection);
                })
                .invalidRequestHandler(listening(request -> {
                    RequestState state = begin(request, false);
                    problems.refuse(request, state, unreadable(request));
                }))
                .requestHandler(listening(request -> {
                    deadlines.begun(request);
                    RequestState state = begin(request, true);
                    request.response().endHandler(_ -> {
                        deadlines.answered(request);
                        tracing.served(request, state);
                    });
                    receive(request, state, inside);
                }));
    }

    /** What comes behind the last word is let lie until the connection ends. */
    private static Handler<HttpServerRequest> listening(Handler<HttpServerRequest> handler) {
        return request -> {
            if (!ClosingMarker.given(request.connection())) {
                handler.handle(request);
            }
        };
    }

    /** How many requests came in. */
    long requests() {
        return requests;
    }

    /** Counts a request and writes the headers that every response has; only a well-formed one is traced. */
    private RequestState begin(HttpServerRequest request, boolean wellFormed) {
        requests++;
        Instant startedAt = server.clock().instant();
        String id = letterhead.put(request);
        Optional<TraceContext> trace = wellFormed ? tracing.begin(request) : Optional.empty();
        RequestState state = new RequestState(id, trace, startedAt);
        state.attach(request);
        return state;
    }

    private void receive(HttpServerRequest request, RequestState state, Handler<HttpServerRequest> inside) {
        Optional<Problem> objection = threshold.objection(request);
        if (objection.isPresent()) {
            problems.refuse(request, state, objection.get());
        } else {
            inside.handle(request);
        }
    }

    private HttpServerOptions options() {
        return new HttpServerOptions()
                .setMaxInitialLineLength(4096)
                .setMaxHeaderSize(8192)
                .setDecompressionSupported(false)
                .setCompressionSupported(false)
                .setHttp2ClearTextEnabled(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setMaxWebSocketFrameSize(65_536)
                .setMaxWebSocketMessageSize(262_144)
                .setWebSocketSubProtocols(subProtocols)
                .setWebSocketClosingTimeout(1)
                .setSni(false)
                .setSendBufferSize(SEND_BUFFER)
                .setTcpNoDelay(true)
                .setTcpUserTimeout(20_000);
    }

    private static Problem unreadable(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        if (cause instanceof TooLongHttpLineException) {
            return new Problem.Rejected(RejectionReason.URI_TOO_LONG, "the request line is too long");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return new Problem.Rejected(RejectionReason.HEADERS_TOO_LARGE, "the headers are too large");
        }
        return new Problem.Malformed("invalid_request", "the request cannot be understood");
    }
}
