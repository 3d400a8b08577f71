package io.parley.http.server;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/**
 * Closes a connection after a response that was sent before the request was read completely. Reads and discards a limited part of the
 * rest first: closing a socket with unread bytes resets it, and the client might never see the response.
 */
public final class LingeringClose {

    private static final Duration LINGER_TIMEOUT = Duration.ofMillis(500);

    private final Vertx vertx;
    private final int maxBytes;

    /** @param maxBytes maximum number of bytes to discard from the rest of a request */
    public LingeringClose(Vertx vertx, int maxBytes) {
        this.vertx = vertx;
        this.maxBytes = maxBytes;
    }

    /** Whether the request has a body that has not been read completely. */
    boolean hasUnreadBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        boolean body =
                (length != null && !length.equals("0")) || request.headers().contains("Transfer-Encoding");
        return body && !request.isEnded();
    }

    /** Closes the connection after the response is {@code sent} and the rest of the request is discarded, or a limit is reached. */
    void close(HttpServerRequest request, Future<Void> sent) {
        Future<Void> drained = hasUnreadBody(request) ? drain(request) : Future.succeededFuture();
        sent.transform(_ -> drained).onComplete(_ -> request.connection().close());
    }

    private Future<Void> drain(HttpServerRequest request) {
        return Future.future(promise -> {
            long timer = vertx.setTimer(LINGER_TIMEOUT.toMillis(), _ -> promise.tryComplete());
            int[] remaining = {maxBytes};
            request.exceptionHandler(_ -> promise.tryComplete());
            request.endHandler(_ -> promise.tryComplete());
            request.handler(chunk -> {
                remaining[0] -= chunk.length();
                if (remaining[0] < 0) {
                    request.pause();
                    promise.tryComplete();
                }
            });
            request.resume();
            promise.future().onComplete(_ -> vertx.cancelTimer(timer));
        });
    }
}
