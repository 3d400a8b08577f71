package io.parley.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Maps the settings of the file to environment variables: a documented short name, if there is one, and a name derived from the
 * path.
 */
public final class SettingNames {

    public static final String PREFIX = "PARLEY_";

    public static final Map<String, String> SHORT_NAMES = Map.ofEntries(
            Map.entry("http.host", "HOST"),
            Map.entry("http.port", "PORT"),
            Map.entry("management.host", "MANAGEMENT_HOST"),
            Map.entry("management.port", "MANAGEMENT_PORT"),
            Map.entry("auth.dev-mode", "DEV_MODE"),
            Map.entry("auth.basic.user", "BASIC_AUTH_USER"),
            Map.entry("auth.basic.password-hash", "BASIC_AUTH_PW_HASH"),
            Map.entry("auth.jwt.issuer", "JWT_ISSUER"),
            Map.entry("auth.jwt.audience", "JWT_AUDIENCE"),
            Map.entry("auth.jwt.jwks-url", "JWT_JWKS_URL"),
            Map.entry("auth.logto.endpoint", "LOGTO_ENDPOINT"),
            Map.entry("auth.logto.resource", "LOGTO_RESOURCE"),
            Map.entry("store.data-dir", "DATA_DIR"),
            Map.entry("store.mongodb.uri", "MONGODB_URI"),
            Map.entry("store.mongodb.database", "MONGODB_DB_NAME"),
            Map.entry("conversation.max-turns", "RUN_MAX_TURNS"),
            Map.entry("gateway.provider", "AI_PROVIDER"),
            Map.entry("gateway.model", "AI_MODEL"),
            Map.entry("providers.openai.api-key", "OPENAI_API_KEY"),
            Map.entry("providers.openai.base-url", "OPENAI_BASE_URL"),
            Map.entry("providers.anthropic.api-key", "ANTHROPIC_API_KEY"),
            Map.entry("providers.anthropic.base-url", "ANTHROPIC_BASE_URL"),
            Map.entry("providers.anthropic.version", "ANTHROPIC_VERSION"),
            Map.entry("providers.ollama.base-url", "OLLAMA_BASE_URL"),
            Map.entry("provider.https-proxy", "HTTPS_PROXY"),
            Map.entry("provider.http-proxy", "HTTP_PROXY"),
            Map.entry("provider.no-proxy", "NO_PROXY"),
            Map.entry("log.format", "LOG_FORMAT"),
            Map.entry("log.level", "LOG_LEVEL"));

    private SettingNames() {}

    /** Every variable that may set {@code path}, the short name first. */
    public static List<String> variables(String path) {
        String derived =
                PREFIX + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
        return Optional.ofNullable(SHORT_NAMES.get(path))
                .map(shortName -> List.of(shortName, derived))
                .orElseGet(() -> List.of(derived));
    }

    /** The key in the file and the variable, for error messages. */
    public static String describe(String path) {
        return path + " (" + variables(path).getFirst() + ")";
    }
}
