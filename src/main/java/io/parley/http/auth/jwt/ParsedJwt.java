package io.parley.http.auth.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.ProblemException;
import io.parley.json.StrictJsonReader;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A JSON Web Token taken apart: its shape is sound, but nobody has vouched for it yet. Never prints itself.
 *
 * @param alg one of the two algorithms that are accepted
 * @param kid which key it says it is signed with
 * @param signatureBytes how long its signature is
 */
record ParsedJwt(String text, String alg, Optional<String> kid, ObjectNode claims, int signatureBytes) {

    private static final int MAX_CHARS = 8 * 1024;
    private static final int MAX_KID = 256;
    private static final Set<String> ALGORITHMS = Set.of(VerificationKey.RS256, VerificationKey.ES256);
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt");

    /** Takes {@code text} apart; its length is looked at before anything else. */
    static ParsedJwt parse(String text) {
        if (!withinLimit(text)) {
            throw new InvalidTokenException("longer than 8 KiB");
        }
        List<String> segments = List.of(text.split("\\.", -1));
        if (segments.size() != 3) {
            throw new InvalidTokenException("not three segments");
        }
        ObjectNode header = object(segments.get(0));
        ObjectNode claims = object(segments.get(1));
        checkExtensions(header);
        return new ParsedJwt(text, algorithm(header), kid(header), claims, bytes(segments.get(2)).length);
    }

    /** Whether {@code text} is short enough to be looked at. */
    static boolean withinLimit(String text) {
        return text.length() <= MAX_CHARS;
    }

    private static ObjectNode object(String segment) {
        try {
            return StrictJsonReader.tree(bytes(segment));
        } catch (ProblemException e) {
            throw new InvalidTokenException("not strict JSON");
        }
    }

    /** Only the one spelling that an encoder makes: no padding, no stray bits, nothing empty. */
    private static byte[] bytes(String segment) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(segment);
            if (bytes.length > 0
                    && Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(bytes)
                            .equals(segment)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw new InvalidTokenException("not base64url");
        }
        throw new InvalidTokenException("not canonical base64url");
    }

    /** We understand no extension, so none can be critical; a token of another kind (a logout token, say) is none of ours. */
    private static void checkExtensions(ObjectNode header) {
        if (header.has("crit")) {
            throw new InvalidTokenException("critical extensions");
        }
        JsonNode typ = header.path("typ");
        if (!typ.isMissingNode() && !(typ.isTextual() && TYPES.contains(mediaType(typ.textValue())))) {
            throw new InvalidTokenException("another kind of token");
        }
    }

    private static String mediaType(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        return lower.startsWith("application/") ? lower.substring("application/".length()) : lower;
    }

    private static String algorithm(ObjectNode header) {
        String alg = header.path("alg").asText("");
        if (!ALGORITHMS.contains(alg)) {
            throw new InvalidTokenException("another algorithm");
        }
        return alg;
    }

    private static Optional<String> kid(ObjectNode header) {
        JsonNode kid = header.path("kid");
        if (kid.isMissingNode()) {
            return Optional.empty();
        }
        if (!kid.isTextual() || kid.textValue().length() > MAX_KID) {
            throw new InvalidTokenException("malformed kid");
        }
        return Optional.of(kid.textValue());
    }

    @Override
    public String toString() {
        return "***";
    }
}
