package io.parley.http.routing;

import io.parley.contract.Problem;
import io.parley.contract.Problem.RejectionReason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a JSON body completely, with limits for its size and time. Does not parse it. */
public final class BodyReader {

    private static final Pattern JSON =
            Pattern.compile("application/json\\s*(;\\s*charset\\s*=\\s*(utf-8|\"utf-8\")\\s*)?;?\\s*");

    private final Vertx vertx;
    private final int maxBytes;
    private final Duration timeout;

    public BodyReader(Vertx vertx, int maxBytes, Duration timeout) {
        this.vertx = vertx;
        this.maxBytes = maxBytes;
        this.timeout = timeout;
    }

    /** Returns the complete body; fails with 400, 408, 413 or 415. */
    public Future<Buffer> read(HttpServerRequest request) {
        return Future.future(promise -> {
            checkHeaders(request);
            long timer = vertx.setTimer(
                    timeout.toMillis(),
                    _ -> fail(promise, RejectionReason.REQUEST_TIMEOUT, "the body did not arrive in time"));
            promise.future().onComplete(_ -> vertx.cancelTimer(timer));
            collect(request, promise);
        });
    }

    private void collect(HttpServerRequest request, Promise<Buffer> promise) {
        Buffer body = Buffer.buffer();
        request.exceptionHandler(_ -> promise.tryFail(
                new Problem.Malformed("incomplete_body", "the connection closed before the body was complete")
                        .toException()));
        request.endHandler(_ -> promise.tryComplete(body));
        request.handler(chunk -> {
            if (body.length() + chunk.length() > maxBytes) {
                fail(promise, RejectionReason.PAYLOAD_TOO_LARGE, tooLarge());
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.resume();
    }

    /** Rejects a body by its headers alone, before any of it is read. */
    private void checkHeaders(HttpServerRequest request) {
        @Nullable String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null || !JSON.matcher(type.strip().toLowerCase(Locale.ROOT)).matches()) {
            throw rejected(RejectionReason.UNSUPPORTED_MEDIA_TYPE, "the body must be application/json in UTF-8");
        }
        if (request.headers().contains(HttpHeaders.CONTENT_ENCODING)) {
            throw rejected(RejectionReason.UNSUPPORTED_MEDIA_TYPE, "the body must not have a Content-Encoding");
        }
        if (contentLength(request) > maxBytes) {
            throw rejected(RejectionReason.PAYLOAD_TOO_LARGE, tooLarge());
        }
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
    }

    private static long contentLength(HttpServerRequest request) {
        @Nullable String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            throw new Problem.Malformed("invalid_length", "invalid Content-Length").toException();
        }
    }

    private String tooLarge() {
        return "the body must not be larger than " + maxBytes + " bytes";
    }

    private static void fail(Promise<?> promise, RejectionReason reason, String detail) {
        promise.tryFail(rejected(reason, detail));
    }

    private static RuntimeException rejected(RejectionReason reason, String detail) {
        return new Problem.Rejected(reason, detail).toException();
    }
}
