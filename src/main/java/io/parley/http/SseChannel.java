package io.parley.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** One client's open event stream: writes what it is given, and cuts a client that takes nothing. Does not know what it writes. */
final class SseChannel {

    private final HttpServerRequest request;
    private final SlowReader slowReader;
    private boolean gone;

    /** @param left is told when the client goes before the stream has ended */
    SseChannel(HttpServerRequest request, SlowReader slowReader, Runnable left) {
        this.request = request;
        this.slowReader = slowReader;
        request.response().exceptionHandler(_ -> {});
        request.response().closeHandler(_ -> {
            gone = true;
            left.run();
        });
    }

    /** Whether the client has left. */
    boolean gone() {
        return gone;
    }

    /** Send the head of the answer with the first thing that is written. */
    void open() {
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
    Future<Void> write(Buffer events) {
        return watched(request.response().write(events));
    }

    /** The last thing that is written. */
    Future<Void> end(Buffer events) {
        Future<Void> ended = watched(request.response().end(events));
        return request.version() == HttpVersion.HTTP_1_0
                ? ended.onComplete(_ -> request.connection().close())
                : ended;
    }

    private Future<Void> watched(Future<Void> write) {
        return slowReader.watch(request.connection(), write);
    }
}
