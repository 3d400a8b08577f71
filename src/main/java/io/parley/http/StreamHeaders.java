package io.parley.http;

import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.Sha256;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the head of a request says about the stream it wants. */
final class StreamHeaders {

    private static final Pattern KEY = Pattern.compile("[!-~]{1,255}");

    private StreamHeaders() {}

    /** How tokens are to be written; fails when the client does not take events at all. */
    static ChatSse.Format format(HttpServerRequest request) {
        accept(request);
        @Nullable String format = request.getParam("format");
        if (format == null) {
            return ChatSse.Format.PLAIN;
        }
        if (!format.equals("json")) {
            throw new Problem.Malformed("invalid_parameter", "format may only be json").toException();
        }
        return ChatSse.Format.JSON;
    }

    /** Fail when the client does not take events at all. */
    static void accept(HttpServerRequest request) {
        Accept.demand(request, "text/event-stream");
    }

    static Optional<String> idempotencyKey(HttpServerRequest request) {
        Optional<String> key = Optional.ofNullable(request.getHeader("Idempotency-Key"));
        if (key.filter(KEY.asMatchPredicate().negate()).isPresent()) {
            throw new Problem.Malformed("invalid_idempotency_key", "an Idempotency-Key has 1 to 255 visible characters")
                    .toException();
        }
        return key;
    }

    /** Where to go on: what a reconnecting browser saw last counts more than the address it was first given. */
    static Cursor cursor(HttpServerRequest request) {
        @Nullable String last = request.getHeader("Last-Event-ID");
        @Nullable String after = last != null ? last : request.getParam("after");
        if (after == null) {
            return Cursor.START;
        }
        return Cursor.parse(after)
                .orElseThrow(() ->
                        new Problem.Malformed("invalid_cursor", "a cursor is written <epoch>-<number>").toException());
    }

    /** Tells one body from another. */
    static String digest(byte[] body) {
        return Sha256.hex(body);
    }
}
