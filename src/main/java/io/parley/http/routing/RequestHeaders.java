package io.parley.http.routing;

import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.Problem.RejectionReason;
import io.parley.contract.Sha256;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the headers in which a client says what it accepts, where a stream continues and which requests are the same. */
public final class RequestHeaders {

    private static final Pattern QUALITY = Pattern.compile(";\\s*q=([0-9.]+)");
    private static final Pattern KEY = Pattern.compile("[!-~]{1,255}");

    private RequestHeaders() {}

    /** Fails if the client does not accept {@code type}; the most specific of the ranges it names counts, and no header means all. */
    public static void accept(HttpServerRequest request, String type) {
        String accept = String.join(",", request.headers().getAll("Accept")).toLowerCase(Locale.ROOT);
        if (!accept.isBlank() && !takes(accept, type)) {
            throw new Problem.Rejected(RejectionReason.NOT_ACCEPTABLE, "there is nothing here but " + type)
                    .toException();
        }
    }

    /** Fails if the client does not accept server-sent events. */
    public static void acceptEvents(HttpServerRequest request) {
        accept(request, "text/event-stream");
    }

    private static boolean takes(String accept, String type) {
        String kind = type.substring(0, type.indexOf('/')) + "/*";
        return said(accept, type)
                .or(() -> said(accept, kind))
                .or(() -> said(accept, "*/*"))
                .orElse(false);
    }

    /** What is said about exactly this range, if it is named. */
    private static Optional<Boolean> said(String accept, String range) {
        for (String each : accept.split(",", -1)) {
            if (each.split(";", 2)[0].strip().equals(range)) {
                return Optional.of(!refusing(each));
            }
        }
        return Optional.empty();
    }

    private static boolean refusing(String range) {
        Matcher quality = QUALITY.matcher(range);
        return quality.find() && quality.group(1).matches("0(\\.0*)?");
    }

    public static Optional<String> idempotencyKey(HttpServerRequest request) {
        Optional<String> key = Optional.ofNullable(request.getHeader("Idempotency-Key"));
        if (key.filter(KEY.asMatchPredicate().negate()).isPresent()) {
            throw new Problem.Malformed("invalid_idempotency_key", "an Idempotency-Key has 1 to 255 visible characters")
                    .toException();
        }
        return key;
    }

    /** Returns where the stream continues: Last-Event-ID, which a reconnecting browser sends, before the parameter {@code after}. */
    public static Cursor cursor(HttpServerRequest request) {
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
    public static String digest(byte[] body) {
        return Sha256.hex(body);
    }
}
