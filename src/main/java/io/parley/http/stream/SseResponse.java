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
 * Writes server-sent events to one client. Sends the response head with the first write, and closes the connection of a client that has
 * stopped reading. Does not format events.
 */
public final class SseResponse {

    private final HttpServerRequest request;
    private final WriteStallGuard guard;
    private boolean opened;
    private boolean disconnected;

    /** @param onDisconnect called when the client disconnects before the stream has ended */
    public SseResponse(HttpServerRequest request, SlowClientGuards slowClientGuards, Runnable onDisconnect) {
        this.request = request;
        this.guard = slowClientGuards.guard(request.connection());
        request.response().exceptionHandler(_ -> {});
        request.response().closeHandler(_ -> {
            disconnected = true;
            onDisconnect.run();
        });
    }

    /** Whether the client has disconnected. */
    public boolean disconnected() {
        return disconnected;
    }

    /** Whether {@link #open} was called; until then, any other response may be sent instead. */
    public boolean opened() {
        return opened;
    }

    /** Sets the response head, which is sent with the first write. */
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

    /** Writes {@code events}; completes when they have reached the socket. */
    public Future<Void> write(Buffer events) {
        return guard.watch(request.response().write(events));
    }

    /** Writes {@code events} and ends the response. */
    public Future<Void> end(Buffer events) {
        Future<Void> ended = guard.watch(request.response().end(events));
        return request.version() == HttpVersion.HTTP_1_0
                ? ended.onComplete(_ -> request.connection().close())
                : ended;
    }

    /** Ends a failed stream: with {@code event} if the stream is open, otherwise with an ordinary error response. */
    public void fail(RoutingContext ctx, Problem problem, Supplier<Buffer> event) {
        if (opened) {
            end(event.get());
        } else {
            ctx.fail(problem.toException());
        }
    }
}
