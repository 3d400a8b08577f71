package io.parley.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Configures authentication. At least one method must be configured.
 *
 * @param devMode disables authentication; on loopback only
 * @param jwt verification of bearer tokens, if configured
 * @param basic the one user with a password, if configured
 */
public record AuthConfig(boolean devMode, Optional<Jwt> jwt, Optional<Basic> basic) {

    public AuthConfig {
        ConfigErrors errors = new ConfigErrors();
        if (!devMode && jwt.isEmpty() && basic.isEmpty()) {
            errors.add(
                    "No authentication configured: set LOGTO_ENDPOINT and LOGTO_RESOURCE, or JWT_ISSUER, JWT_AUDIENCE"
                            + " and JWT_JWKS_URL, or BASIC_AUTH_USER and BASIC_AUTH_PW_HASH; or, to try Parley on this machine"
                            + " only, DEV_MODE=true.");
        }
        errors.throwIfAny();
    }

    /** Without password authentication. */
    public AuthConfig(boolean devMode, Optional<Jwt> jwt) {
        this(devMode, jwt, Optional.empty());
    }

    /**
     * The one user who authenticates with a password; has full access.
     *
     * @param user the name, which is also the user id
     * @param passwordHash a bcrypt hash
     */
    public record Basic(String user, Secret passwordHash) {

        /** No colon, which ends the name in the Authorization header. Visible characters only, so that a log line stays one line. */
        private static final Pattern USER = Pattern.compile("(?!.*:)[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}]{1,255}");

        /** A cost above 14 takes several seconds per login, which clients could use to overload the server. */
        private static final Pattern HASH = Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-4])\\$[./A-Za-z0-9]{53}");

        public Basic {
            ConfigErrors errors = new ConfigErrors();
            errors.checkSetting(
                    USER.matcher(user).matches(),
                    "auth.basic.user",
                    "must be a name of at most 255 visible characters, without spaces and colons");
            errors.checkSetting(
                    HASH.matcher(passwordHash.reveal()).matches(),
                    "auth.basic.password-hash",
                    "must be a bcrypt hash ($2a$, $2b$ or $2y$) with a cost from 04 to 14, never the password itself;"
                            + " create one with htpasswd -nBC 10 USER and use the part after the colon; quote it in a"
                            + " shell, and write each $ as $$ in a compose file");
            errors.throwIfAny();
        }
    }

    /**
     * Configures the verification of bearer tokens.
     *
     * @param leeway accepted clock skew
     * @param jwksRefresh refresh interval of the key set, unless its server sets one
     * @param unknownKeyDelay minimum time between refreshes for unknown key ids
     */
    public record Jwt(
            String issuer,
            String audience,
            URI jwksUrl,
            Duration leeway,
            Duration jwksRefresh,
            Duration unknownKeyDelay) {

        public Jwt {
            ConfigErrors errors = new ConfigErrors();
            errors.checkSetting(!issuer.isBlank(), "auth.jwt.issuer", "must not be blank");
            errors.checkSetting(!audience.isBlank(), "auth.jwt.audience", "must not be blank");
            errors.checkSetting(
                    Hosts.plainHttp(jwksUrl) && Hosts.secure(jwksUrl),
                    "auth.jwt.jwks-url",
                    "must be an https URL (http on loopback hosts only) without user, query or fragment; if unset, it is"
                            + " derived from LOGTO_ENDPOINT");
            errors.checkSetting(!leeway.isNegative(), "auth.jwt.leeway", "must not be negative");
            errors.checkPositive(jwksRefresh, "auth.jwt.jwks-refresh");
            errors.checkPositive(unknownKeyDelay, "auth.jwt.unknown-key-pause");
            errors.throwIfAny();
        }
    }
}
