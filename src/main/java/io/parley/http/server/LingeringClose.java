package io.parley.http.server;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/**
 * Closes a connection behind an answer that came before the request was read to its end. Reads a little of the rest and throws it
 * away: closing a socket that still holds unread bytes resets it, and the client would never see what it was told.
 */
public final class LingeringClose {

    private static final Duration LINGER_TIMEOUT = Duration.ofMillis(500);

    private final Vertx vertx;
    private final int maxBytes;

    /** @param maxBytes bytes of the rest of a request that are read before the connection is closed all the same */
    public LingeringClose(Vertx vertx, int maxBytes) {
        this.vertx = vertx;
        this.maxBytes = maxBytes;
    }

    /** Whether the request has a body whose end was not seen yet. */
    boolean hasUnreadBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        boolean body =
                (length != null && !length.equals("0")) || request.headers().contains("Transfer-Encoding");
        return body && !request.isEnded();
    }

    /** Close once the answer is {@code sent} and the rest of the request has been looked at long enough. */
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
