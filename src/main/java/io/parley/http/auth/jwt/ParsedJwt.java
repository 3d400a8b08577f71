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
 * A JSON Web Token that is well-formed but not yet verified. Its string form hides the token.
 *
 * @param alg one of the two accepted algorithms
 * @param kid the id of the key that it names
 * @param signatureBytes length of its signature
 */
record ParsedJwt(String text, String alg, Optional<String> kid, ObjectNode claims, int signatureBytes) {

    private static final int MAX_CHARS = 8 * 1024;
    private static final int MAX_KID = 256;
    private static final Set<String> ALGORITHMS = Set.of(VerificationKey.RS256, VerificationKey.ES256);
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt");

    /** Parses {@code text}. Checks its length before anything else. */
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

    /** Whether {@code text} is short enough to be parsed. */
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

    /** Accepts only the canonical encoding: no padding, no stray bits, not empty. */
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

    /** Rejects critical extensions, because none is supported, and other types of tokens, such as logout tokens. */
    private static void checkExtensions(ObjectNode header) {
        if (header.has("crit")) {
            throw new InvalidTokenException("unsupported critical extensions");
        }
        JsonNode typ = header.path("typ");
        if (!typ.isMissingNode() && !(typ.isTextual() && TYPES.contains(mediaType(typ.textValue())))) {
            throw new InvalidTokenException("wrong token type");
        }
    }

    private static String mediaType(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        return lower.startsWith("application/") ? lower.substring("application/".length()) : lower;
    }

    private static String algorithm(ObjectNode header) {
        String alg = header.path("alg").asText("");
        if (!ALGORITHMS.contains(alg)) {
            throw new InvalidTokenException("unsupported algorithm");
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
