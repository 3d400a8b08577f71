package io.parley.http.auth.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.config.AuthConfig;
import io.parley.contract.AuthMessage.Caller;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Validates the claims of a token: issuer, audience, subject, times and roles. Does not verify signatures. */
final class ClaimsValidator {

    private static final Duration MAX_LIFETIME = Duration.ofHours(24);
    /** Visible characters only, so that a log line stays one line. */
    private static final Pattern SUBJECT = Pattern.compile("[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}]{1,255}");

    private final AuthConfig.Jwt config;
    private final InstantSource clock;

    ClaimsValidator(AuthConfig.Jwt config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
    }

    /** The caller in {@code claims}; trustworthy only after the signature is verified. */
    Caller caller(ObjectNode claims) {
        check(claims.path("iss").asText("").equals(config.issuer()), "wrong issuer");
        check(strings(claims, "aud").contains(config.audience()), "wrong audience");
        JsonNode subject = claims.path("sub");
        check(subject.isTextual() && SUBJECT.matcher(subject.textValue()).matches(), "missing or invalid sub");
        return new Caller(subject.textValue(), roles(claims), Optional.of(expiry(claims)));
    }

    private Instant expiry(ObjectNode claims) {
        long now = clock.instant().getEpochSecond();
        long exp = seconds(claims, "exp").orElseThrow(() -> new InvalidTokenException("missing exp"));
        check(exp > now, "expired");
        check(exp <= now + MAX_LIFETIME.toSeconds(), "lifetime above " + MAX_LIFETIME.toHours() + " h");
        for (String claim : List.of("iat", "nbf")) {
            long from = seconds(claims, claim).orElse(now);
            check(from <= now + config.leeway().toSeconds(), claim + " in the future");
        }
        return Instant.ofEpochSecond(exp);
    }

    private static Optional<Long> seconds(ObjectNode claims, String name) {
        JsonNode value = claims.path(name);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        check(value.isNumber() && value.canConvertToLong(), name + " is not a timestamp");
        return Optional.of(value.longValue());
    }

    private static Set<String> roles(ObjectNode claims) {
        Set<String> roles = new HashSet<>();
        JsonNode scope = claims.path("scope");
        check(scope.isMissingNode() || scope.isTextual(), "scope is not a string");
        roles.addAll(List.of(scope.asText("").split(" ")));
        if (claims.has("roles")) {
            check(claims.path("roles").isArray(), "roles is not an array");
            roles.addAll(strings(claims, "roles"));
        }
        roles.removeIf(String::isBlank);
        return roles;
    }

    /** The values of a claim that is a string or an array of strings. */
    private static Set<String> strings(ObjectNode claims, String name) {
        JsonNode value = claims.path(name);
        if (value.isTextual()) {
            return Set.of(value.textValue());
        }
        Set<String> strings = new HashSet<>();
        for (JsonNode element : value) {
            check(element.isTextual(), name + " has an element that is not a string");
            strings.add(element.textValue());
        }
        return strings;
    }

    private static void check(boolean valid, String reason) {
        if (!valid) {
            throw new InvalidTokenException(reason);
        }
    }
}
