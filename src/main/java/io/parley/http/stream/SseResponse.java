package io.parley.http.stream;

import io.parley.contract.Problem;
import io.parley.http.server.SlowClientGuards;
import io.parley.http.server.WriteStallGuard;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;

/**
 * One client's event stream: the head goes out with the first thing that is written, and a client that takes nothing is cut. Does not
 * know what it writes.
 */
public final class SseResponse {

    private final HttpServerRequest request;
    private final WriteStallGuard guard;
    private boolean opened;
    private boolean disconnected;

    /** @param onDisconnect is told when the client goes before the stream has ended */
    public SseResponse(HttpServerRequest request, SlowClientGuards slowClientGuard, Runnable onDisconnect) {
        this.request = request;
        this.guard = slowClientGuard.guard(request.connection());
        request.response().exceptionHandler(_ -> {});
        request.response().closeHandler(_ -> {
            disconnected = true;
            onDisconnect.run();
        });
    }

    /** Whether the client has left. */
    public boolean disconnected() {
        return disconnected;
    }

    /** Whether a head was promised; until then, anything may still be answered. */
    public boolean opened() {
        return opened;
    }

    /** Send the head of the answer with the first thing that is written. */
    public void open() {
        opened = true;
        HttpServerResponse response = request.response();
        response.setStatusCode(200)
                .setChunked(true)
                .putHeader("Content-Type", "text/event-stream; charset=utf-8")
                .putHeader("Cache-Control", "no-cache")
                .putHeader("X-Accel-Buffering", "no");
        if (request.version() != HttpVersion.HTTP_2) {
            response.putHeader("Connection", request.version() == HttpVersion.HTTP_1_0 ? "close" : "keep-alive");
        }
    }

    /** Completes when the socket took it. */
    public Future<Void> write(Buffer events) {
        return guard.watch(request.response().write(events));
    }

    /** The last thing that is written. */
    public Future<Void> end(Buffer events) {
        Future<Void> ended = guard.watch(request.response().end(events));
        return request.version() == HttpVersion.HTTP_1_0
                ? ended.onComplete(_ -> request.connection().close())
                : ended;
    }

    /** The end of a stream that has failed: an ordinary problem as long as no head was promised, otherwise what {@code event} writes. */
    public void fail(RoutingContext ctx, Problem problem, Supplier<Buffer> event) {
        if (opened) {
            end(event.get());
        } else {
            ctx.fail(problem.toException());
        }
    }
}
