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
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a JSON body completely, and counts it while it arrives, before it is parsed, with limits for its size and time. */
public final class BodyReader {

    private static final Pattern JSON =
            Pattern.compile("application/json\\s*(;\\s*charset\\s*=\\s*(utf-8|\"utf-8\")\\s*)?;?\\s*");

    /** The transfer rate, 512 KiB/s, at which a large body is in time. */
    private static final int MIN_BYTES_PER_MILLI = 512;

    /** Parsing so much takes about a millisecond. */
    private static final int MAX_BYTES_ON_EVENT_LOOP = 256 << 10;

    private final Vertx vertx;
    private final BodyLimits limits;
    private final Duration timeout;

    public BodyReader(Vertx vertx, BodyLimits limits, Duration timeout) {
        this.vertx = vertx;
        this.limits = limits;
        this.timeout = timeout;
    }

    /**
     * Returns what {@code parser} makes of the complete body; fails with 400, 408, 413 or 415, or as the parser does. A large body is parsed
     * outside of the event loop.
     */
    public <T> Future<T> read(HttpServerRequest request, Function<byte[], T> parser) {
        return read(request)
                .compose(body -> body.length() <= MAX_BYTES_ON_EVENT_LOOP
                        ? Future.succeededFuture(parser.apply(body.getBytes()))
                        : vertx.executeBlocking(() -> parser.apply(body.getBytes()), false));
    }

    /** Returns the complete body; fails with 400, 408, 413 or 415. */
    private Future<Buffer> read(HttpServerRequest request) {
        return Future.future(promise -> {
            int maxBytes = limits.of(String.valueOf(request.path()));
            checkHeaders(request, maxBytes);
            Buffer body = Buffer.buffer();
            awaitBody(promise, body, 0);
            collect(request, maxBytes, body, promise);
        });
    }

    /** Fails when the body is not complete within the timeout, which grows with what has arrived: a large body needs more time. */
    private void awaitBody(Promise<Buffer> promise, Buffer body, long elapsedMillis) {
        long allowedMillis = timeout.toMillis() + body.length() / MIN_BYTES_PER_MILLI;
        if (allowedMillis <= elapsedMillis) {
            fail(promise, RejectionReason.REQUEST_TIMEOUT, "the body did not arrive in time");
            return;
        }
        long timer = vertx.setTimer(allowedMillis - elapsedMillis, _ -> awaitBody(promise, body, allowedMillis));
        promise.future().onComplete(_ -> vertx.cancelTimer(timer));
    }

    private static void collect(HttpServerRequest request, int maxBytes, Buffer body, Promise<Buffer> promise) {
        request.exceptionHandler(_ -> promise.tryFail(
                new Problem.Malformed("incomplete_body", "the connection closed before the body was complete")
                        .toException()));
        request.endHandler(_ -> promise.tryComplete(body));
        request.handler(chunk -> {
            if (body.length() + chunk.length() > maxBytes) {
                fail(promise, RejectionReason.PAYLOAD_TOO_LARGE, tooLarge(maxBytes));
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.resume();
    }

    /** Rejects a body by its headers alone, before any of it is read. */
    private static void checkHeaders(HttpServerRequest request, int maxBytes) {
        @Nullable String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null || !JSON.matcher(type.strip().toLowerCase(Locale.ROOT)).matches()) {
            throw rejected(RejectionReason.UNSUPPORTED_MEDIA_TYPE, "the body must be application/json in UTF-8");
        }
        if (request.headers().contains(HttpHeaders.CONTENT_ENCODING)) {
            throw rejected(RejectionReason.UNSUPPORTED_MEDIA_TYPE, "the body must not have a Content-Encoding");
        }
        if (contentLength(request) > maxBytes) {
            throw rejected(RejectionReason.PAYLOAD_TOO_LARGE, tooLarge(maxBytes));
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

    private static String tooLarge(int maxBytes) {
        return "the body must not be larger than " + BodyLimits.describe(maxBytes);
    }

    private static void fail(Promise<?> promise, RejectionReason reason, String detail) {
        promise.tryFail(rejected(reason, detail));
    }

    private static RuntimeException rejected(RejectionReason reason, String detail) {
        return new Problem.Rejected(reason, detail).toException();
    }
}
