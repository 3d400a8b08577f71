package io.parley.config.reader;

import io.parley.config.AuthConfig;
import io.parley.config.ConfigErrors;
import io.parley.config.Secret;
import java.util.Optional;

/** Reads the authentication settings. */
final class AuthSettings {

    private static final String USER = "auth.basic.user";
    private static final String HASH = "auth.basic.password-hash";

    private final SettingsReader settings;
    private final ConfigErrors errors;
    private final JwtSettings jwtSettings;

    AuthSettings(SettingsReader settings, ConfigErrors errors) {
        this.settings = settings;
        this.errors = errors;
        this.jwtSettings = new JwtSettings(settings, errors);
    }

    /** Whether any authentication method is configured, complete or not. */
    boolean configured() {
        return jwtSettings.configured() || passwordConfigured();
    }

    /** An incomplete method is an error, even if another method is complete. */
    Optional<AuthConfig> auth(boolean devMode) {
        Optional<AuthConfig.Jwt> jwt = jwtSettings.jwt();
        Optional<AuthConfig.Basic> basic = basic();
        boolean incomplete = (jwt.isEmpty() && jwtSettings.configured()) || (basic.isEmpty() && passwordConfigured());
        return incomplete ? Optional.empty() : errors.tryCreate(() -> new AuthConfig(devMode, jwt, basic));
    }

    private boolean passwordConfigured() {
        return settings.text(USER).isPresent() || settings.text(HASH).isPresent();
    }

    private Optional<AuthConfig.Basic> basic() {
        Optional<String> user = settings.text(USER);
        Optional<Secret> hash = settings.secret(HASH);
        if (passwordConfigured()) {
            errors.checkSetting(user.isPresent(), USER, "is missing: a password hash needs the name of its user");
            errors.checkSetting(hash.isPresent(), HASH, "is missing: a user needs the bcrypt hash of a password");
        }
        return user.flatMap(name -> hash.flatMap(secret -> errors.tryCreate(() -> new AuthConfig.Basic(name, secret))));
    }
}
