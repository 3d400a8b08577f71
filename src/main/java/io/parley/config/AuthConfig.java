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
            Duration unknownKeyPause) {}
}
