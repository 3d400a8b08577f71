package io.parley.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/**
 * Closes a connection behind an answer that came before the request was read to its end. Reads a little of the rest and throws it
 * away: closing a socket that still holds unread bytes resets it, and the client would never see what it was told.
 */
final class LingeringClose {

    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final Vertx vertx;
    private final int most;

    /** @param most bytes of the rest of a request that are read before the connection is closed all the same */
    LingeringClose(Vertx vertx, int most) {
        this.vertx = vertx;
        this.most = most;
    }

    /** Whether the request has a body whose end was not seen yet. */
    boolean unread(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        boolean body =
                (length != null && !length.equals("0")) || request.headers().contains("Transfer-Encoding");
        return body && !request.isEnded();
    }

    /** Close once the answer is {@code sent} and the rest of the request has been looked at long enough. */
    void close(HttpServerRequest request, Future<Void> sent) {
        Future<Void> rest = unread(request) ? rest(request) : Future.succeededFuture();
        sent.transform(_ -> rest).onComplete(_ -> request.connection().close());
    }

    private Future<Void> rest(HttpServerRequest request) {
        return Future.future(done -> {
            long timer = vertx.setTimer(PATIENCE.toMillis(), _ -> done.tryComplete());
            int[] left = {most};
            request.exceptionHandler(_ -> done.tryComplete());
            request.endHandler(_ -> done.tryComplete());
            request.handler(piece -> {
                left[0] -= piece.length();
                if (left[0] < 0) {
                    request.pause();
                    done.tryComplete();
                }
            });
            request.resume();
            done.future().onComplete(_ -> vertx.cancelTimer(timer));
        });
    }
}
