package io.parley.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.config.AuthConfig;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** One key of an issuer, and tokens signed with it by hand: valid ones, and invalid ones of every kind. */
public final class TestJwtIssuer {

    public static final String ISSUER = "https://login.example/oidc";
    public static final String AUDIENCE = "https://parley.example";

    private final String kid;
    private final String alg;
    private final KeyPair pair;

    private TestJwtIssuer(String kid, String alg, KeyPair pair) {
        this.kid = kid;
        this.alg = alg;
        this.pair = pair;
    }

    public static TestJwtIssuer rsa(String kid) {
        return rsa(kid, 2048);
    }

    public static TestJwtIssuer rsa(String kid, int bits) {
        return new TestJwtIssuer(kid, "RS256", pair("RSA", generator -> generator.initialize(bits)));
    }

    public static TestJwtIssuer ec(String kid) {
        return new TestJwtIssuer(
                kid, "ES256", pair("EC", generator -> generator.initialize(new ECGenParameterSpec("secp256r1"))));
    }

    /** Returns the configuration of a server that accepts these tokens. */
    public static AuthConfig config(URI jwks) {
        AuthConfig.Jwt jwt = new AuthConfig.Jwt(
                ISSUER, AUDIENCE, jwks, Duration.ofSeconds(30), Duration.ofMinutes(10), Duration.ofSeconds(30));
        return new AuthConfig(false, Optional.of(jwt));
    }

    /** Returns the JWKS document of these keys. */
    public static JsonObject jwks(TestJwtIssuer... issuers) {
        JsonArray members = new JsonArray();
        Arrays.stream(issuers).map(TestJwtIssuer::jwk).forEach(members::add);
        return new JsonObject().put("keys", members);
    }

    /** Returns the public key as a member of a JWKS. */
    public JsonObject jwk() {
        JsonObject jwk = new JsonObject().put("kid", kid).put("use", "sig").put("alg", alg);
        return switch (pair.getPublic()) {
            case RSAPublicKey rsa ->
                jwk.put("kty", "RSA")
                        .put(
                                "n",
                                base64(unsigned(
                                        rsa.getModulus(), (rsa.getModulus().bitLength() + 7) / 8)))
                        .put("e", base64(rsa.getPublicExponent().toByteArray()));
            case ECPublicKey ec ->
                jwk.put("kty", "EC")
                        .put("crv", "P-256")
                        .put("x", base64(unsigned(ec.getW().getAffineX(), 32)))
                        .put("y", base64(unsigned(ec.getW().getAffineY(), 32)));
            default -> throw new IllegalStateException();
        };
    }

    public byte[] publicKey() {
        return pair.getPublic().getEncoded();
    }

    /** Returns a valid token of {@code user} that expires in an hour. */
    public String token(String user) {
        return sign(header(), claims(user));
    }

    /** Returns a valid token of {@code user} that expires at {@code expiry}. */
    public String token(String user, Instant expiry) {
        return sign(header(), claims(user).put("exp", expiry.getEpochSecond()));
    }

    public JsonObject header() {
        return new JsonObject().put("alg", alg).put("typ", "JWT").put("kid", kid);
    }

    public JsonObject claims(String user) {
        long now = Instant.now().getEpochSecond();
        return new JsonObject()
                .put("iss", ISSUER)
                .put("aud", AUDIENCE)
                .put("sub", user)
                .put("iat", now)
                .put("exp", now + 3600);
    }

    public String sign(JsonObject header, JsonObject claims) {
        return sign(header.encode(), claims.encode());
    }

    /** Signs any text, JSON or not, with the algorithm of this key. */
    public String sign(String header, String claims) {
        return sign(header, claims, alg.equals("RS256") ? "SHA256withRSA" : "SHA256withECDSAinP1363Format");
    }

    /** Signs with an algorithm of the JDK. */
    public String sign(String header, String claims, String algorithm) {
        String input = base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8));
        return input + "." + base64(signature(pair.getPrivate(), algorithm, input));
    }

    public static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] signature(PrivateKey key, String algorithm, String input) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(input.getBytes(UTF_8));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] unsigned(BigInteger number, int length) {
        byte[] bytes = new byte[length];
        byte[] signed = number.toByteArray();
        int size = Math.min(length, signed.length);
        System.arraycopy(signed, signed.length - size, bytes, length - size, size);
        return bytes;
    }

    private static KeyPair pair(String algorithm, Initialization initialization) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            initialization.of(generator);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Initialization {
        void of(KeyPairGenerator generator) throws GeneralSecurityException;
    }
}
