package io.parley.http.server;

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

/** Creates HTTP servers that reject malformed, oversized and slow requests before routing. Does not know any route. */
public final class HardenedHttpServer {

    /** Default limit for receiving the head of a request, and again for its body. */
    public static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

    /** Small enough to notice soon that a client has stopped reading, large enough for text. */
    private static final int SEND_BUFFER_BYTES = 128 * 1024;

    private final ServerContext server;
    private final FailureHandler failureHandler;
    private final RequestTracing tracing;
    private final List<String> subProtocols;
    private final CommonHeaders commonHeaders;
    private final RequestValidator validator = new RequestValidator();
    private long requests;

    /** @param subProtocols WebSocket subprotocols that clients may choose */
    public HardenedHttpServer(
            ServerContext server, FailureHandler failureHandler, RequestTracing tracing, List<String> subProtocols) {
        this.server = server;
        this.failureHandler = failureHandler;
        this.tracing = tracing;
        this.subProtocols = List.copyOf(subProtocols);
        this.commonHeaders = new CommonHeaders(server.ids());
    }

    /** Returns a server that passes valid requests to {@code handler}; it does not listen yet. */
    public HttpServer server(Handler<HttpServerRequest> handler, Duration readTimeout) {
        RequestHeadTimeouts headTimeouts = new RequestHeadTimeouts(server.vertx(), readTimeout);
        return server.vertx()
                .createHttpServer(options())
                .connectionHandler(connection -> {
                    HttpVersionFilter.install(connection, server.ids());
                    headTimeouts.onConnect(connection);
                })
                .invalidRequestHandler(unlessClosing(request -> {
                    RequestState state = begin(request, false);
                    failureHandler.reject(request, state, invalidRequest(request));
                }))
                .requestHandler(unlessClosing(request -> {
                    headTimeouts.onHeadReceived(request);
                    RequestState state = begin(request, true);
                    request.response().endHandler(_ -> {
                        headTimeouts.onResponseEnd(request);
                        tracing.served(request, state);
                    });
                    receive(request, state, handler);
                }));
    }

    /** Ignores requests on a connection that is about to close. */
    private static Handler<HttpServerRequest> unlessClosing(Handler<HttpServerRequest> handler) {
        return request -> {
            if (!ClosingMarker.isMarked(request.connection())) {
                handler.handle(request);
            }
        };
    }

    /** Returns the number of requests received, malformed ones included. */
    public long requests() {
        return requests;
    }

    /** Counts a request and writes the headers that every response has; only a well-formed one is traced. */
    private RequestState begin(HttpServerRequest request, boolean wellFormed) {
        requests++;
        Instant startedAt = server.clock().instant();
        String id = commonHeaders.apply(request);
        Optional<TraceContext> trace = wellFormed ? tracing.start(request) : Optional.empty();
        RequestState state = new RequestState(id, trace, startedAt);
        state.attach(request);
        return state;
    }

    private void receive(HttpServerRequest request, RequestState state, Handler<HttpServerRequest> handler) {
        Optional<Problem> problem = validator.violation(request);
        if (problem.isPresent()) {
            failureHandler.reject(request, state, problem.get());
        } else {
            handler.handle(request);
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
                .setSendBufferSize(SEND_BUFFER_BYTES)
                .setTcpNoDelay(true)
                .setTcpUserTimeout(20_000);
    }

    private static Problem invalidRequest(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        if (cause instanceof TooLongHttpLineException) {
            return new Problem.Rejected(RejectionReason.URI_TOO_LONG, "the request line is too long");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return new Problem.Rejected(RejectionReason.HEADERS_TOO_LARGE, "the headers are too large");
        }
        return new Problem.Malformed("invalid_request", "the request is malformed");
    }
}
