package io.parley.contract;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A trace context as defined by W3C Trace Context.
 * @param traceId trace id, 32 hexadecimal digits
 * @param spanId span id, 16 hexadecimal digits
 * @param sampled whether the trace is recorded
 */
public record TraceContext(String traceId, String spanId, boolean sampled) {

    private static final Pattern PATTERN =
            Pattern.compile("(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");
    private static final int SPAN_BYTES = 8;

    /** Parses a {@code traceparent} header; empty if it is invalid. */
    public static Optional<TraceContext> parse(String traceparent) {
        Matcher matcher = PATTERN.matcher(traceparent);
        if (!matcher.matches() || (matcher.group(1).equals("00") && matcher.group(5) != null)) {
            return Optional.empty();
        }
        boolean sampled = (Integer.parseInt(matcher.group(4), 16) & 1) == 1;
        return matcher.group(2).matches("0+") || matcher.group(3).matches("0+")
                ? Optional.empty()
                : Optional.of(new TraceContext(matcher.group(2), matcher.group(3), sampled));
    }

    /** The child context for the operation {@code name}; the same name yields the same span id. */
    public TraceContext child(String name) {
        byte[] digest = Sha256.digest(traceId + spanId + name);
        return new TraceContext(traceId, HexFormat.of().formatHex(digest, 0, SPAN_BYTES), sampled);
    }

    /** The value of a {@code traceparent} header. */
    public String traceparent() {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }
}
