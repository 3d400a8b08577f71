package io.parley.testing;

import at.favre.lib.crypto.bcrypt.BCrypt;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Issues bearer tokens, and serves the key that they are signed with. */
public final class IdentityProvider implements AutoCloseable {

    /** The {@code Authorization} header of the administrator in {@link #settingsWithRoot}. */
    public static final String ROOT =
            "Basic " + Base64.getEncoder().encodeToString("root:secret".getBytes(StandardCharsets.UTF_8));

    private final Vertx vertx;
    private final TestJwtIssuer tokens;
    private final String jwks;

    private IdentityProvider(Vertx vertx, TestJwtIssuer tokens, String jwks) {
        this.vertx = vertx;
        this.tokens = tokens;
        this.jwks = jwks;
    }

    public static IdentityProvider start() throws Exception {
        Vertx vertx = Vertx.vertx();
        TestJwtIssuer tokens = TestJwtIssuer.rsa("k1");
        String jwks = new FakeJwksServer(vertx, tokens)
                .listen()
                .await(5, TimeUnit.SECONDS)
                .toString();
        return new IdentityProvider(vertx, tokens, jwks);
    }

    /** Returns the settings of a server that accepts these tokens. */
    public Map<String, String> settings() {
        return new HashMap<>(Map.of(
                "auth.dev-mode",
                "false",
                "auth.jwt.issuer",
                TestJwtIssuer.ISSUER,
                "auth.jwt.audience",
                TestJwtIssuer.AUDIENCE,
                "auth.jwt.jwks-url",
                jwks));
    }

    /** Returns the same settings with an administrator added. */
    public Map<String, String> settingsWithRoot() {
        Map<String, String> all = settings();
        all.put("auth.basic.user", "root");
        all.put("auth.basic.password-hash", BCrypt.withDefaults().hashToString(4, "secret".toCharArray()));
        return all;
    }

    /** Returns the {@code Authorization} header of {@code user}. */
    public String bearer(String user) {
        return "Bearer " + tokens.token(user);
    }

    /** Returns the same header with a token that expires. */
    public String bearer(String user, Instant end) {
        return "Bearer " + tokens.token(user, end);
    }

    @Override
    public void close() throws Exception {
        vertx.close().await(5, TimeUnit.SECONDS);
    }
}
