package io.parley.http.auth.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.math.BigInteger;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Verifies signatures with one public key and its one algorithm. Does not check claims. Two instances are equal if their keys are
 * the same.
 */
final class VerificationKey {

    static final String RS256 = "RS256";
    static final String ES256 = "ES256";

    private static final int RSA_MIN_BITS = 2048;
    private static final int RSA_MAX_BITS = 8192;
    private static final int P256_BYTES = 32;

    private final JsonObject jwk;
    private final int signatureBytes;
    private final JWTAuth verifier;

    private VerificationKey(Vertx vertx, JsonObject jwk, int signatureBytes) {
        this.jwk = jwk;
        this.signatureBytes = signatureBytes;
        // One key per verifier, so that the library never chooses one; ClaimsValidator checks claims and times.
        this.verifier = JWTAuth.create(
                vertx, new JWTAuthOptions().addJwk(jwk).setJWTOptions(new JWTOptions().setIgnoreExpiration(true)));
    }

    /** The key in a member of a JWKS; empty if it is not a public key for signatures or is too weak. */
    static Optional<VerificationKey> of(Vertx vertx, JsonNode jwk) {
        try {
            return forSignatures(jwk)
                    ? switch (jwk.path("kty").asText("")) {
                        case "RSA" -> rsa(vertx, jwk);
                        case "EC" -> p256(vertx, jwk);
                        default -> Optional.empty();
                    }
                    : Optional.empty();
        } catch (RuntimeException e) {
            return Optional.empty(); // not base64url, or not a key that the library can build
        }
    }

    private static boolean forSignatures(JsonNode jwk) {
        return jwk.path("use").asText("sig").equals("sig");
    }

    private static Optional<VerificationKey> rsa(Vertx vertx, JsonNode jwk) {
        int bits = number(jwk, "n").bitLength();
        if (!jwk.path("alg").asText(RS256).equals(RS256) || bits < RSA_MIN_BITS || bits > RSA_MAX_BITS) {
            return Optional.empty();
        }
        JsonObject key = baseJwk(jwk, "RSA", RS256)
                .put("n", jwk.path("n").textValue())
                .put("e", jwk.path("e").textValue());
        return Optional.of(new VerificationKey(vertx, key, (bits + 7) / 8));
    }

    private static Optional<VerificationKey> p256(Vertx vertx, JsonNode jwk) {
        if (!jwk.path("alg").asText(ES256).equals(ES256)
                || !jwk.path("crv").asText("").equals("P-256")
                || bytes(jwk, "x").length != P256_BYTES
                || bytes(jwk, "y").length != P256_BYTES) {
            return Optional.empty();
        }
        JsonObject key = baseJwk(jwk, "EC", ES256)
                .put("crv", "P-256")
                .put("x", jwk.path("x").textValue())
                .put("y", jwk.path("y").textValue());
        return Optional.of(new VerificationKey(vertx, key, 2 * P256_BYTES));
    }

    /** Passes only checked members to the library: no certificate chains, no private parts. */
    private static JsonObject baseJwk(JsonNode jwk, String kty, String alg) {
        JsonObject key = new JsonObject().put("kty", kty).put("alg", alg);
        return jwk.path("kid").isTextual() ? key.put("kid", jwk.path("kid").textValue()) : key;
    }

    private static BigInteger number(JsonNode jwk, String name) {
        return new BigInteger(1, bytes(jwk, name));
    }

    private static byte[] bytes(JsonNode jwk, String name) {
        return Base64.getUrlDecoder().decode(jwk.path(name).asText(""));
    }

    Optional<String> kid() {
        return Optional.ofNullable(jwk.getString("kid"));
    }

    String alg() {
        return jwk.getString("alg", "");
    }

    /** Fails unless {@code token} was signed with this key. */
    Future<Void> verify(ParsedJwt token) {
        if (!token.alg().equals(alg()) || token.signatureBytes() != signatureBytes) {
            return Future.failedFuture(
                    new InvalidTokenException("algorithm or signature length does not match the key"));
        }
        return verifier.authenticate(new TokenCredentials(token.text()))
                .recover(_ -> Future.failedFuture(new InvalidTokenException("bad signature")))
                .mapEmpty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VerificationKey key && key.jwk.equals(jwk);
    }

    @Override
    public int hashCode() {
        return jwk.hashCode();
    }
}
