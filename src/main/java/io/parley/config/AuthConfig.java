package io.parley.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Who may call.
 *
 * @param devMode nobody is asked who they are; loopback only
 * @param jwt bearer tokens, when configured
 */
public record AuthConfig(boolean devMode, Optional<Jwt> jwt) {

    public AuthConfig {
        Mistakes mistakes = new Mistakes();
        if (!devMode && jwt.isEmpty()) {
            mistakes.add("Nobody could call: set LOGTO_ENDPOINT and LOGTO_RESOURCE, or JWT_ISSUER, JWT_AUDIENCE and"
                    + " JWT_JWKS_URL; or, to try things out on this machine alone, DEV_MODE=true.");
        }
        mistakes.throwIfAny();
    }

    /**
     * How bearer tokens are checked.
     *
     * @param leeway how far clocks may differ
     * @param jwksRefresh how often the keys are fetched when the server of the keys says nothing
     * @param unknownKeyPause how long an unknown key id is not asked for again
     */
    public record Jwt(
            String issuer,
            String audience,
            URI jwksUrl,
            Duration leeway,
            Duration jwksRefresh,
            Duration unknownKeyPause) {

        public Jwt {
            Mistakes mistakes = new Mistakes();
            mistakes.unless(!issuer.isBlank(), "auth.jwt.issuer", "must not be blank");
            mistakes.unless(!audience.isBlank(), "auth.jwt.audience", "must not be blank");
            mistakes.unless(
                    Hosts.plainHttp(jwksUrl) && Hosts.secure(jwksUrl),
                    "auth.jwt.jwks-url",
                    "must be an https address (http is for loopback hosts only), without user, query or fragment; when it"
                            + " is not set it is made from LOGTO_ENDPOINT");
            mistakes.unless(!leeway.isNegative(), "auth.jwt.leeway", "must not be negative");
            mistakes.unlessPositive(jwksRefresh, "auth.jwt.jwks-refresh");
            mistakes.unlessPositive(unknownKeyPause, "auth.jwt.unknown-key-pause");
            mistakes.throwIfAny();
        }
    }
}
