package io.parley.config;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All there is to configure, in one tree; each feature is given its own branch. What exists is valid, by itself and together.
 *
 * @param providers those that may be called, without the built-in one
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
                "lets everybody in, so it is for loopback only: set HOST=127.0.0.1, or turn it off and set JWT_ISSUER,"
                        + " JWT_AUDIENCE and JWT_JWKS_URL, or BASIC_AUTH_USER and BASIC_AUTH_PW_HASH");
    }

    public static void checkProviderIsKnown(ConfigErrors errors, String provider, List<String> names) {
        errors.checkSetting(
                names.contains(provider),
                "gateway.provider",
                "must be one of the vendors that are configured ("
                        + names.stream().sorted().distinct().collect(Collectors.joining(", ")) + "), not \"" + provider
                        + "\"");
    }
}
