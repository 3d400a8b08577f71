package io.parley.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who may call.
 *
 * @param devMode nobody is asked who they are; loopback only
 * @param jwt bearer tokens, when configured
 * @param basic the one user with a password, when configured
 */
public record AuthConfig(boolean devMode, Optional<Jwt> jwt, Optional<Basic> basic) {

    public AuthConfig {
        ConfigErrors errors = new ConfigErrors();
        if (!devMode && jwt.isEmpty() && basic.isEmpty()) {
            errors.add("Nobody could call: set LOGTO_ENDPOINT and LOGTO_RESOURCE, or JWT_ISSUER, JWT_AUDIENCE and"
                    + " JWT_JWKS_URL, or BASIC_AUTH_USER and BASIC_AUTH_PW_HASH; or, to try things out on this machine"
                    + " alone, DEV_MODE=true.");
        }
        errors.throwIfAny();
    }

    /** Nobody has a password. */
    public AuthConfig(boolean devMode, Optional<Jwt> jwt) {
        this(devMode, jwt, Optional.empty());
    }

    /**
     * The user who may do everything, and calls with a password.
     *
     * @param user its name, which is also its id
     * @param passwordHash bcrypt
     */
    public record Basic(String user, Secret passwordHash) {

        /** A colon would end the name where it is written down; of the rest, what is visible, so that a log line stays one line. */
        private static final Pattern USER = Pattern.compile("(?!.*:)[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}]{1,255}");

        /** Above 14 one password would take many seconds, which is a way to keep a server busy. */
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
                    "must be a bcrypt hash ($2a$, $2b$ or $2y$) of a cost from 04 to 14, never the password itself; make"
                            + " one with htpasswd -nBC 10 and take what is behind the colon, and where $ means something"
                            + " (a shell, a compose file), quote it or write $$");
            errors.throwIfAny();
        }
    }

    /**
     * How bearer tokens are checked.
     *
     * @param leeway how far clocks may differ
     * @param jwksRefresh how often the keys are fetched when the server of the keys says nothing
     * @param unknownKeyDelay how long an unknown key id is not asked for again
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
                    "must be an https address (http is for loopback hosts only), without user, query or fragment; when it"
                            + " is not set it is made from LOGTO_ENDPOINT");
            errors.checkSetting(!leeway.isNegative(), "auth.jwt.leeway", "must not be negative");
            errors.checkPositive(jwksRefresh, "auth.jwt.jwks-refresh");
            errors.checkPositive(unknownKeyDelay, "auth.jwt.unknown-key-pause");
            errors.throwIfAny();
        }
    }
}
