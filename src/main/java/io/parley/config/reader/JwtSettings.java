package io.parley.config.reader;

import io.parley.config.AuthConfig;
import io.parley.config.ConfigErrors;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the settings of bearer tokens. Derives unset ones from the URL of a Logto server. */
final class JwtSettings {

    private final SettingsReader settings;
    private final ConfigErrors errors;

    JwtSettings(SettingsReader settings, ConfigErrors errors) {
        this.settings = settings;
        this.errors = errors;
    }

    /** Whether any setting of bearer tokens is configured. */
    boolean configured() {
        return Stream.of(
                        "auth.logto.endpoint",
                        "auth.logto.resource",
                        "auth.jwt.issuer",
                        "auth.jwt.audience",
                        "auth.jwt.jwks-url")
                .anyMatch(path -> settings.text(path).isPresent());
    }

    Optional<AuthConfig.Jwt> jwt() {
        Optional<String> logto = settings.text("auth.logto.endpoint").map(text -> text.replaceFirst("/+$", ""));
        Optional<String> resource = settings.text("auth.logto.resource");
        Optional<String> issuer = settings.text("auth.jwt.issuer").or(() -> logto.map(endpoint -> endpoint + "/oidc"));
        Optional<String> audience = settings.text("auth.jwt.audience").or(() -> resource);
        String jwks = logto.map(endpoint -> endpoint + "/oidc/jwks").orElse("");
        Optional<URI> keys = settings.address("auth.jwt.jwks-url", jwks);
        Duration leeway = settings.duration("auth.jwt.leeway", "30s");
        Duration refresh = settings.duration("auth.jwt.jwks-refresh", "10m");
        Duration unknownKeyDelay = settings.duration("auth.jwt.unknown-key-pause", "30s");
        boolean jwksUrlSet = !settings.text("auth.jwt.jwks-url", jwks).isEmpty();
        if (!configured()) {
            return Optional.empty();
        }
        missing(issuer.isEmpty(), "auth.jwt.issuer", "LOGTO_ENDPOINT");
        missing(audience.isEmpty(), "auth.jwt.audience", "LOGTO_RESOURCE");
        missing(!jwksUrlSet, "auth.jwt.jwks-url", "LOGTO_ENDPOINT");
        return issuer.flatMap(iss -> audience.flatMap(aud -> keys.flatMap(
                uri -> errors.tryCreate(() -> new AuthConfig.Jwt(iss, aud, uri, leeway, refresh, unknownKeyDelay)))));
    }

    private void missing(boolean missing, String path, String logto) {
        errors.checkSetting(
                !missing,
                path,
                "is missing: bearer tokens need an issuer, an audience and a key set; set it, or " + logto);
    }
}
