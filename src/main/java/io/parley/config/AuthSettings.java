package io.parley.config;

import java.util.Optional;

/** Reads who may call, and by what they show it. */
final class AuthSettings {

    private static final String USER = "auth.basic.user";
    private static final String HASH = "auth.basic.password-hash";

    private final SettingsReader in;
    private final ConfigErrors mistakes;
    private final JwtSettings tokens;

    AuthSettings(SettingsReader in, ConfigErrors mistakes) {
        this.in = in;
        this.mistakes = mistakes;
        this.tokens = new JwtSettings(in, mistakes);
    }

    /** Whether anything at all is said about who may call. */
    boolean wanted() {
        return tokens.wanted() || passwordWanted();
    }

    /** Half a way to call is a mistake, also where another way is whole. */
    Optional<AuthConfig> auth(boolean devMode) {
        Optional<AuthConfig.Jwt> jwt = tokens.jwt();
        Optional<AuthConfig.Basic> basic = basic();
        boolean broken = (jwt.isEmpty() && tokens.wanted()) || (basic.isEmpty() && passwordWanted());
        return broken ? Optional.empty() : mistakes.attempt(() -> new AuthConfig(devMode, jwt, basic));
    }

    private boolean passwordWanted() {
        return in.text(USER).isPresent() || in.text(HASH).isPresent();
    }

    private Optional<AuthConfig.Basic> basic() {
        Optional<String> user = in.text(USER);
        Optional<Secret> hash = in.secret(HASH);
        if (passwordWanted()) {
            mistakes.unless(user.isPresent(), USER, "is missing: a password needs the name that it goes with");
            mistakes.unless(hash.isPresent(), HASH, "is missing: a name needs the bcrypt hash of its password");
        }
        return user.flatMap(name -> hash.flatMap(secret -> mistakes.attempt(() -> new AuthConfig.Basic(name, secret))));
    }
}
