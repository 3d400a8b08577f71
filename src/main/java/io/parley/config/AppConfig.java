package io.parley.config;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds the whole configuration as one tree; each feature gets its own branch. An instance is valid: the constructor also checks
 * the branches against each other.
 *
 * @param providers the providers that may be called, without the demo provider
 */
public record AppConfig(
        HttpConfig http,
        ManagementConfig management,
        AuthConfig auth,
        StoreConfig store,
        ConversationConfig conversation,
        JournalConfig journal,
        GatewayConfig gateway,
        ProviderDefaults providerDefaults,
        UsageConfig usage,
        List<ProviderConfig> providers,
        DemoConfig demo,
        ExportConfig export,
        TracingConfig tracing,
        LogConfig log) {

    public AppConfig {
        providers = List.copyOf(providers);
        ConfigErrors errors = new ConfigErrors();
        checkDevModeIsLocal(errors, auth.devMode(), http.host());
        List<String> names = Stream.concat(
                        providers.stream().map(ProviderConfig::name),
                        demo.enabled() ? Stream.of(DemoConfig.NAME) : Stream.empty())
                .toList();
        checkProviderIsKnown(errors, gateway.provider(), names);
        errors.throwIfAny();
    }

    public static void checkDevModeIsLocal(ConfigErrors errors, boolean devMode, String host) {
        errors.checkSetting(
                !devMode || LoopbackHosts.contains(host),
                "auth.dev-mode",
                "disables authentication and is allowed on loopback only: set HOST=127.0.0.1, or disable it and set"
                        + " JWT_ISSUER, JWT_AUDIENCE and JWT_JWKS_URL, or BASIC_AUTH_USER and BASIC_AUTH_PW_HASH");
    }

    public static void checkProviderIsKnown(ConfigErrors errors, String provider, List<String> names) {
        errors.checkSetting(
                names.contains(provider),
                "gateway.provider",
                "must be one of the configured providers ("
                        + names.stream().sorted().distinct().collect(Collectors.joining(", ")) + "), not \"" + provider
                        + "\"");
    }
}
