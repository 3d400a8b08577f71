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

/** Reads the headers {@code Accept}, {@code Last-Event-ID} and {@code Idempotency-Key}. */
public final class RequestHeaders {

    private static final Pattern QUALITY = Pattern.compile(";\\s*q=([0-9.]+)");
    private static final Pattern KEY = Pattern.compile("[!-~]{1,255}");

    private RequestHeaders() {}

    /** Throws if the client does not accept {@code type}. The most specific range decides; without the header all types are accepted. */
    public static void accept(HttpServerRequest request, String type) {
        String accept = String.join(",", request.headers().getAll("Accept")).toLowerCase(Locale.ROOT);
        if (!accept.isBlank() && !accepts(accept, type)) {
            throw new Problem.Rejected(RejectionReason.NOT_ACCEPTABLE, "only " + type + " is available").toException();
        }
    }

    /** Throws if the client does not accept server-sent events. */
    public static void acceptEvents(HttpServerRequest request) {
        accept(request, "text/event-stream");
    }

    private static boolean accepts(String accept, String type) {
        String family = type.substring(0, type.indexOf('/')) + "/*";
        return accepted(accept, type)
                .or(() -> accepted(accept, family))
                .or(() -> accepted(accept, "*/*"))
                .orElse(false);
    }

    /** Whether the client accepts exactly {@code range}; empty if the header does not contain it. */
    private static Optional<Boolean> accepted(String accept, String range) {
        for (String each : accept.split(",", -1)) {
            if (each.split(";", 2)[0].strip().equals(range)) {
                return Optional.of(!hasZeroQuality(each));
            }
        }
        return Optional.empty();
    }

    private static boolean hasZeroQuality(String range) {
        Matcher quality = QUALITY.matcher(range);
        return quality.find() && quality.group(1).matches("0(\\.0*)?");
    }

    public static Optional<String> idempotencyKey(HttpServerRequest request) {
        Optional<String> key = Optional.ofNullable(request.getHeader("Idempotency-Key"));
        if (key.filter(KEY.asMatchPredicate().negate()).isPresent()) {
            throw new Problem.Malformed(
                            "invalid_idempotency_key", "Idempotency-Key must have 1 to 255 visible ASCII characters")
                    .toException();
        }
        return key;
    }

    /**
     * Returns the cursor to resume after: {@code Last-Event-ID}, which reconnecting browsers send, otherwise the
     * parameter {@code after}.
     */
    public static Cursor cursor(HttpServerRequest request) {
        @Nullable String last = request.getHeader("Last-Event-ID");
        @Nullable String after = last != null ? last : request.getParam("after");
        if (after == null) {
            return Cursor.START;
        }
        return Cursor.parse(after)
                .orElseThrow(() -> new Problem.Malformed(
                                "invalid_cursor", "Last-Event-ID and after must have the form <epoch>-<number>")
                        .toException());
    }

    /** Returns the hash by which two bodies are compared. */
    public static String digest(byte[] body) {
        return Sha256.hex(body);
    }
}
