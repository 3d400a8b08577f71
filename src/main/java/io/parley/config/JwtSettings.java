package io.parley.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads how bearer tokens are checked. What is not said about it is made from the address of a Logto server. */
final class JwtSettings {

    private final SettingsReader in;
    private final ConfigErrors mistakes;

    JwtSettings(SettingsReader in, ConfigErrors mistakes) {
        this.in = in;
        this.mistakes = mistakes;
    }

    /** Whether anything at all is said about bearer tokens. */
    boolean wanted() {
        return Stream.of(
                        "auth.logto.endpoint",
                        "auth.logto.resource",
                        "auth.jwt.issuer",
                        "auth.jwt.audience",
                        "auth.jwt.jwks-url")
                .anyMatch(path -> in.text(path).isPresent());
    }

    Optional<AuthConfig.Jwt> jwt() {
        Optional<String> logto = in.text("auth.logto.endpoint").map(text -> text.replaceFirst("/+$", ""));
        Optional<String> resource = in.text("auth.logto.resource");
        Optional<String> issuer = in.text("auth.jwt.issuer").or(() -> logto.map(endpoint -> endpoint + "/oidc"));
        Optional<String> audience = in.text("auth.jwt.audience").or(() -> resource);
        String jwks = logto.map(endpoint -> endpoint + "/oidc/jwks").orElse("");
        Optional<URI> keys = in.address("auth.jwt.jwks-url", jwks);
        Duration leeway = in.duration("auth.jwt.leeway", "30s");
        Duration refresh = in.duration("auth.jwt.jwks-refresh", "10m");
        Duration pause = in.duration("auth.jwt.unknown-key-pause", "30s");
        boolean addressed = !in.text("auth.jwt.jwks-url", jwks).isEmpty();
        if (!wanted()) {
            return Optional.empty();
        }
        missing(issuer.isEmpty(), "auth.jwt.issuer", "LOGTO_ENDPOINT");
        missing(audience.isEmpty(), "auth.jwt.audience", "LOGTO_RESOURCE");
        missing(!addressed, "auth.jwt.jwks-url", "LOGTO_ENDPOINT");
        return issuer.flatMap(iss -> audience.flatMap(aud -> keys.flatMap(
                uri -> mistakes.attempt(() -> new AuthConfig.Jwt(iss, aud, uri, leeway, refresh, pause)))));
    }

    private void missing(boolean missing, String path, String logto) {
        mistakes.unless(
                !missing,
                path,
                "is missing: bearer tokens are checked against an issuer, an audience and keys; set it, or " + logto);
    }
}
