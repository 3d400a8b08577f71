package io.parley.http.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.AuthMessage;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.Problem;
import io.parley.testing.FakeJwksServer;
import io.parley.testing.TestJwtIssuer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AuthVerticleTest {

    private static final TestJwtIssuer RSA = TestJwtIssuer.rsa("rsa-1");
    private static final TestJwtIssuer EC = TestJwtIssuer.ec("ec-1");
    private static final TestJwtIssuer UNKNOWN_ISSUER = TestJwtIssuer.rsa("rsa-1");

    private static final Vertx VERTX = Vertx.vertx();
    private static final Bus BUS = Bus.install(VERTX);

    @BeforeAll
    static void start() throws Exception {
        URI jwks = new FakeJwksServer(VERTX, RSA, EC).listen().await(5, SECONDS);
        AuthVerticle verticle =
                new AuthVerticle(BUS, TestJwtIssuer.config(jwks), InstantSource.system(), System::nanoTime);
        VERTX.deployVerticle(verticle).await(5, SECONDS);
    }

    @AfterAll
    static void stop() throws Exception {
        VERTX.close().await(5, SECONDS);
    }

    @Test
    @DisplayName("a token signed with RS256 identifies its sub")
    void rs256() throws Exception {
        assertThat(verify(RSA.token("alice")).user()).isEqualTo("alice");
    }

    @Test
    @DisplayName("a token signed with ES256 identifies its sub")
    void es256() throws Exception {
        assertThat(verify(EC.token("bob")).user()).isEqualTo("bob");
    }

    @Test
    @DisplayName("the caller expires when the token does")
    void expiry() throws Exception {
        Instant expiry = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 77);
        assertThat(verify(RSA.token("alice", expiry)).expiresAt()).contains(expiry);
    }

    @Test
    @DisplayName("the audience may be one element of an array")
    void audiences() throws Exception {
        JsonObject claims = RSA.claims("alice")
                .put("aud", new JsonArray().add("https://other").add(TestJwtIssuer.AUDIENCE));
        assertThat(verify(RSA.sign(RSA.header(), claims)).user()).isEqualTo("alice");
    }

    @Test
    @DisplayName("the roles come from scope and roles")
    void roles() throws Exception {
        JsonObject claims = RSA.claims("alice")
                .put("scope", "read  write")
                .put("roles", new JsonArray().add("admin").add("read"));
        assertThat(verify(RSA.sign(RSA.header(), claims)).roles()).containsExactlyInAnyOrder("read", "write", "admin");
    }

    @ParameterizedTest(name = "a token of type {0} is accepted")
    @MethodSource
    void types(String type) throws Exception {
        assertThat(verify(RSA.sign(RSA.header().put("typ", type), RSA.claims("alice")))
                        .user())
                .isEqualTo("alice");
    }

    static List<String> types() {
        return List.of("JWT", "jwt", "at+jwt", "application/at+jwt");
    }

    @Test
    @DisplayName("a token without typ is accepted as a JWT")
    void noType() throws Exception {
        JsonObject header = RSA.header();
        header.remove("typ");
        assertThat(verify(RSA.sign(header, RSA.claims("alice"))).user()).isEqualTo("alice");
    }

    @Test
    @DisplayName("nbf and iat may be in the future by up to the leeway")
    void leeway() throws Exception {
        long inTwentySeconds = Instant.now().getEpochSecond() + 20;
        JsonObject claims = RSA.claims("alice").put("iat", inTwentySeconds).put("nbf", inTwentySeconds);
        assertThat(verify(RSA.sign(RSA.header(), claims)).user()).isEqualTo("alice");
    }

    @Test
    @DisplayName("a token that lives for 24 hours is accepted")
    void longLived() throws Exception {
        assertThat(verify(RSA.token("alice", Instant.now().plusSeconds(86_390))).user())
                .isEqualTo("alice");
    }

    @Test
    @DisplayName("two tokens with the same first thousand characters are distinguished")
    void longPrefix() throws Exception {
        // the padding comes first, so that the tokens differ only near the end
        String padding = "{\"pad\":\"" + "x".repeat(1500) + "\",";
        String alice = padding + RSA.claims("alice").encode().substring(1);
        String carol = padding + RSA.claims("carol").encode().substring(1);
        String first = RSA.sign(RSA.header().encode(), alice);
        String second = RSA.sign(RSA.header().encode(), carol);

        assertThat(first.substring(0, 1000)).isEqualTo(second.substring(0, 1000));
        assertThat(verify(first).user()).isEqualTo("alice");
        assertThat(verify(second).user()).isEqualTo("carol");
        assertThat(verify(first).user()).isEqualTo("alice");
    }

    @Test
    @DisplayName("a verified token with another signature is verified again")
    void tamperedAfterVerified() throws Exception {
        String valid = RSA.token("dora");
        verify(valid);
        String other = valid.substring(0, valid.lastIndexOf('.'))
                + UNKNOWN_ISSUER.token("dora").substring(valid.lastIndexOf('.'));
        assertThat(rejection(other)).isEqualTo(new Problem.Unauthorized());
    }

    @ParameterizedTest(name = "rejected: {0}")
    @MethodSource
    void rejectedTokens(String name, String token) throws Exception {
        assertThat(rejection(token)).as(name).isEqualTo(new Problem.Unauthorized());
    }

    static Stream<Arguments> rejectedTokens() {
        long now = Instant.now().getEpochSecond();
        JsonObject claims = RSA.claims("alice");
        String valid = RSA.token("alice");
        int dot = valid.lastIndexOf('.');
        return Stream.of(
                Arguments.of("empty", ""),
                Arguments.of("not a token", "abc"),
                Arguments.of("empty segments", ".."),
                Arguments.of("two segments", valid.substring(0, dot)),
                Arguments.of("empty signature", valid.substring(0, dot + 1)),
                Arguments.of("four segments", valid + ".AAAA"),
                Arguments.of("padding", valid + "=="),
                Arguments.of("a space in front", " " + valid),
                Arguments.of("standard base64 alphabet", valid.substring(0, dot + 1) + "+/" + valid.substring(dot + 3)),
                Arguments.of("a line break at the end", valid + "\n"),
                Arguments.of("1 MB", "a".repeat(1_000_000)),
                Arguments.of(
                        "a valid one longer than 8 KiB",
                        RSA.sign(RSA.header(), claims.copy().put("pad", "x".repeat(8000)))),
                Arguments.of("alg none", unsigned("none")),
                Arguments.of("alg None", unsigned("None")),
                Arguments.of("alg none with a signature", RSA.sign(RSA.header().put("alg", "none"), claims)),
                Arguments.of("alg missing", RSA.sign(without(RSA.header(), "alg"), claims)),
                Arguments.of("alg that is a number", RSA.sign(RSA.header().put("alg", 256), claims)),
                Arguments.of("HS256 by the public key, DER", hmac(RSA.publicKey())),
                Arguments.of("HS256 by the public key, PEM", hmac(pem())),
                Arguments.of("RS512 header over RS256", RSA.sign(RSA.header().put("alg", "RS512"), claims)),
                Arguments.of(
                        "RS512", RSA.sign(RSA.header().put("alg", "RS512").encode(), claims.encode(), "SHA512withRSA")),
                Arguments.of(
                        "ES256 header over an RSA key", RSA.sign(RSA.header().put("alg", "ES256"), claims)),
                Arguments.of("ES256 in DER form", EC.sign(EC.header().encode(), claims.encode(), "SHA256withECDSA")),
                Arguments.of("ES256 of zeros", EC.token("alice").replaceFirst("[^.]+$", "A".repeat(86))),
                Arguments.of("another key under the same kid", UNKNOWN_ISSUER.token("alice")),
                Arguments.of("unknown kid", RSA.sign(RSA.header().put("kid", "unknown"), claims)),
                Arguments.of("another key's kid", RSA.sign(RSA.header().put("kid", "ec-1"), claims)),
                Arguments.of("kid with a path", RSA.sign(RSA.header().put("kid", "../../dev/null"), claims)),
                Arguments.of("kid that is a number", RSA.sign(RSA.header().put("kid", 1), claims)),
                Arguments.of("kid null", RSA.sign(RSA.header().putNull("kid"), claims)),
                Arguments.of("kid very long", RSA.sign(RSA.header().put("kid", "k".repeat(300)), claims)),
                Arguments.of("kid missing with two keys", RSA.sign(without(RSA.header(), "kid"), claims)),
                Arguments.of(
                        "embedded jwk",
                        UNKNOWN_ISSUER.sign(
                                without(UNKNOWN_ISSUER.header(), "kid").put("jwk", UNKNOWN_ISSUER.jwk()), claims)),
                Arguments.of("crit", RSA.sign(RSA.header().put("crit", new JsonArray().add("exp")), claims)),
                Arguments.of("crit empty", RSA.sign(RSA.header().put("crit", new JsonArray()), claims)),
                Arguments.of("typ logout+jwt", RSA.sign(RSA.header().put("typ", "logout+jwt"), claims)),
                Arguments.of("typ null", RSA.sign(RSA.header().putNull("typ"), claims)),
                Arguments.of("iss missing", RSA.sign(RSA.header(), without(claims, "iss"))),
                Arguments.of("iss wrong", RSA.sign(RSA.header(), claims.copy().put("iss", TestJwtIssuer.ISSUER + "/"))),
                Arguments.of("aud missing", RSA.sign(RSA.header(), without(claims, "aud"))),
                Arguments.of(
                        "aud wrong", RSA.sign(RSA.header(), claims.copy().put("aud", "https://parley.example.evil"))),
                Arguments.of(
                        "aud empty array", RSA.sign(RSA.header(), claims.copy().put("aud", new JsonArray()))),
                Arguments.of(
                        "aud with an object",
                        RSA.sign(
                                RSA.header(),
                                claims.copy()
                                        .put(
                                                "aud",
                                                new JsonArray()
                                                        .add(TestJwtIssuer.AUDIENCE)
                                                        .add(new JsonObject())))),
                Arguments.of("exp missing", RSA.sign(RSA.header(), without(claims, "exp"))),
                Arguments.of("exp as text", RSA.sign(RSA.header(), claims.copy().put("exp", "" + (now + 60)))),
                Arguments.of("exp null", RSA.sign(RSA.header(), claims.copy().putNull("exp"))),
                Arguments.of("exp beyond any number", number(claims, "1e999999999")),
                Arguments.of("exp beyond a long", number(claims, "18446744073709551616" + (now + 60))),
                Arguments.of(
                        "expired a second ago",
                        RSA.sign(RSA.header(), claims.copy().put("exp", now - 1))),
                Arguments.of(
                        "exp in 25 hours", RSA.sign(RSA.header(), claims.copy().put("exp", now + 90_000))),
                Arguments.of(
                        "iat in the future",
                        RSA.sign(RSA.header(), claims.copy().put("iat", now + 120))),
                Arguments.of(
                        "nbf in the future",
                        RSA.sign(RSA.header(), claims.copy().put("nbf", now + 120))),
                Arguments.of("nbf as text", RSA.sign(RSA.header(), claims.copy().put("nbf", "now"))),
                Arguments.of("sub missing", RSA.sign(RSA.header(), without(claims, "sub"))),
                Arguments.of("sub empty", RSA.token("")),
                Arguments.of(
                        "sub as object", RSA.sign(RSA.header(), claims.copy().put("sub", new JsonObject()))),
                Arguments.of("sub with a line break", RSA.token("alice\nINFO forged")),
                Arguments.of("sub with an escape", RSA.token("alice\u001b[2J")),
                Arguments.of("sub with direction marks", RSA.token("alice\u202e")),
                Arguments.of("sub of 256 characters", RSA.token("a".repeat(256))),
                Arguments.of(
                        "sub twice",
                        RSA.sign(RSA.header().encode(), claims.encode().replace("}", ",\"sub\":\"admin\"}"))),
                Arguments.of(
                        "alg twice",
                        RSA.sign(RSA.header().encode().replace("}", ",\"alg\":\"none\"}"), claims.encode())),
                Arguments.of(
                        "scope as object", RSA.sign(RSA.header(), claims.copy().put("scope", new JsonObject()))),
                Arguments.of(
                        "roles as text", RSA.sign(RSA.header(), claims.copy().put("roles", "admin"))),
                Arguments.of(
                        "roles of objects", RSA.sign(RSA.header(), claims.copy().put("roles", new JsonArray().add(1)))),
                Arguments.of("claims as array", RSA.sign(RSA.header().encode(), "[]")),
                Arguments.of("claims with a tail", RSA.sign(RSA.header().encode(), claims.encode() + "{}")),
                Arguments.of("claims not JSON", RSA.sign(RSA.header().encode(), "alice")),
                Arguments.of("claims very deep", RSA.sign(RSA.header().encode(), "[".repeat(3000))),
                Arguments.of("header as array", RSA.sign("[]", claims.encode())));
    }

    private static Caller verify(String token) throws Exception {
        return request(token).await(5, SECONDS);
    }

    private static Problem rejection(String token) throws Exception {
        return request(token)
                .map(caller -> (Problem) new Problem.Conflict("accepted"))
                .otherwise(Problem::of)
                .await(5, SECONDS);
    }

    private static Future<Caller> request(String token) {
        return BUS.request(Addresses.AUTH_VERIFY, new AuthMessage.Verify(new AuthMessage.BearerCredential(token)));
    }

    private static JsonObject without(JsonObject object, String field) {
        JsonObject rest = object.copy();
        rest.remove(field);
        return rest;
    }

    private static String number(JsonObject claims, String exp) {
        return RSA.sign(RSA.header().encode(), claims.encode().replaceFirst("\"exp\":\\d+", "\"exp\":" + exp));
    }

    private static String unsigned(String alg) {
        String header = RSA.header().put("alg", alg).encode();
        return TestJwtIssuer.base64(header.getBytes(UTF_8))
                + "."
                + TestJwtIssuer.base64(RSA.claims("alice").encode().getBytes(UTF_8))
                + ".";
    }

    private static byte[] pem() {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(UTF_8)).encodeToString(RSA.publicKey());
        return ("-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n").getBytes(UTF_8);
    }

    private static String hmac(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            String token = unsigned("HS256");
            byte[] input = token.substring(0, token.length() - 1).getBytes(UTF_8);
            return token + TestJwtIssuer.base64(mac.doFinal(input));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
