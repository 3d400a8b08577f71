package io.parley.http;

import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Refusal;
import io.vertx.core.http.HttpServerRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the head of a request says about the stream it wants. */
final class StreamHeaders {

    private static final Pattern KEY = Pattern.compile("[!-~]{1,255}");
    private static final Set<String> ACCEPTABLE = Set.of("text/event-stream", "text/*", "*/*");
    private static final Pattern REFUSING = Pattern.compile(".*;\\s*q=0(\\.0{0,3})?\\s*(;.*)?");

    private StreamHeaders() {}

    /** How tokens are to be written; fails when the client does not take events at all. */
    static ChatSse.Format format(HttpServerRequest request) {
        accept(request);
        @Nullable String format = request.getParam("format");
        if (format == null) {
            return ChatSse.Format.PLAIN;
        }
        if (!format.equals("json")) {
            throw Fields.malformed("invalid_parameter", "format may only be json");
        }
        return ChatSse.Format.JSON;
    }

    /** Fail when the client does not take events at all. */
    static void accept(HttpServerRequest request) {
        if (!acceptable(request)) {
            throw new Problem.Refused(Refusal.NOT_ACCEPTABLE, "this is an event stream: text/event-stream")
                    .toException();
        }
    }

    private static boolean acceptable(HttpServerRequest request) {
        String accept = String.join(",", request.headers().getAll("Accept"));
        if (accept.isBlank()) {
            return true;
        }
        for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String type = range.split(";", 2)[0].strip();
            if (ACCEPTABLE.contains(type) && !REFUSING.matcher(range).matches()) {
                return true;
            }
        }
        return false;
    }

    static Optional<String> idempotencyKey(HttpServerRequest request) {
        Optional<String> key = Optional.ofNullable(request.getHeader("Idempotency-Key"));
        if (key.filter(KEY.asMatchPredicate().negate()).isPresent()) {
            throw Fields.malformed("invalid_idempotency_key", "an Idempotency-Key has 1 to 255 visible characters");
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
                .orElseThrow(() -> Fields.malformed("invalid_cursor", "a cursor is written <epoch>-<number>"));
    }

    /** Tells one body from another. */
    static String digest(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
