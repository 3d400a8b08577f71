package io.parley.http.generation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonToken;
import io.parley.contract.ApiFormat;
import io.parley.contract.NativeRequest;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Violation;
import io.parley.json.JsonEditor;
import io.parley.json.JsonSpans;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides whether a request may be passed on as it came. It may, unless a field that every provider needs is missing or has a wrong type:
 * what the fields mean is the provider's business.
 */
public final class NativeRequests {

    /** The fields that only Parley knows. */
    private static final List<String> OWN_FIELDS = List.of("fallback", "priority");

    private static final List<String> PASSED_HEADERS = List.of("anthropic-version", "anthropic-beta", "openai-beta");

    /** The violations for which a request is rejected before any provider is asked, if they are of a field of the body itself. */
    private static final Set<String> MALFORMED = Set.of("type", "required");

    private NativeRequests() {}

    /**
     * The request for the gateway: as it came for providers of {@code format}, translated for others. Throws all violations if no provider
     * could answer it.
     */
    public static ParsedRequest of(Translation translation, ApiFormat format, byte[] body, HttpServerRequest request) {
        if (!translation.unroutable().isEmpty()
                || translation.violations().stream().anyMatch(NativeRequests::isMalformed)) {
            throw new Problem.Invalid(translation.violations()).toException();
        }
        JsonSpans fields = JsonSpans.of(body);
        GenerationRequest passed = translation
                .parsed()
                .with(new NativeRequest(
                        format,
                        withoutOwnFields(body, fields),
                        headers(request),
                        translation.stream(),
                        translation.includeUsage(),
                        Math.max(choices(body, fields), translation.parsed().choices()),
                        translation.violations()));
        return new ParsedRequest(passed, translation.stream(), translation.includeUsage());
    }

    private static boolean isMalformed(Violation violation) {
        return violation.rule().equals("text") // unsendable characters, wherever they are
                || (violation.pointer().lastIndexOf('/') == 0 && MALFORMED.contains(violation.rule()));
    }

    private static byte[] withoutOwnFields(byte[] body, JsonSpans fields) {
        byte[] rest = body;
        for (String name : OWN_FIELDS) {
            rest = fields.get(name).isPresent()
                    ? new JsonEditor(rest).remove(name).toBytes()
                    : rest;
        }
        return rest;
    }

    /** The field {@code n}, if it is a reasonable number. */
    private static int choices(byte[] body, JsonSpans fields) {
        return fields.get("n")
                .filter(span -> span.token() == JsonToken.VALUE_NUMBER_INT && span.to() - span.from() <= 3)
                .map(span -> Integer.parseInt(new String(body, span.from(), span.to() - span.from(), US_ASCII)))
                .orElse(1);
    }

    private static Map<String, String> headers(HttpServerRequest request) {
        Map<String, String> headers = new HashMap<>();
        for (String name : PASSED_HEADERS) {
            String value = request.getHeader(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        return headers;
    }
}
