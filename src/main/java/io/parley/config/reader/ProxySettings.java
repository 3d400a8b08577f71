package io.parley.config.reader;

import io.parley.config.NoProxyList;
import io.parley.config.ProviderConfig;
import io.parley.config.ProxyAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads through which proxy providers are called: the proxy of the provider, else that of all providers, else the usual variables of the
 * environment. The last two are not used for loopback hosts and for those in {@code NO_PROXY}.
 */
final class ProxySettings {

    private static final String RULE = "must be the URL of an HTTP proxy such as http://proxy.example.com:3128";
    private static final String DIRECT = "none";

    private final SettingsReader settings;
    private final Optional<String> common;
    private final Optional<ProxyAddress> https;
    private final Optional<ProxyAddress> http;
    private final NoProxyList direct;

    ProxySettings(SettingsReader settings) {
        this.settings = settings;
        this.common = address("provider.proxy");
        this.https = read("provider.https-proxy");
        this.http = read("provider.http-proxy");
        this.direct = new NoProxyList(settings.list("provider.no-proxy"));
    }

    /** Reads the setting of the provider at {@code path}, also if the provider is disabled. */
    Optional<String> ofProvider(String path) {
        return address(path + ".proxy");
    }

    /** The proxy for {@code provider}, whose own setting is {@code own}. */
    Optional<ProxyAddress> proxy(ProviderConfig provider, Optional<String> own) {
        return own.map(ProxySettings::parsed)
                .orElseGet(
                        () -> direct.contains(provider.host(), provider.port()) ? Optional.empty() : shared(provider));
    }

    private Optional<ProxyAddress> shared(ProviderConfig provider) {
        return common.map(ProxySettings::parsed).orElseGet(() -> provider.tls() ? https : http);
    }

    private static Optional<ProxyAddress> parsed(String text) {
        return isDirect(text) ? Optional.empty() : ProxyAddress.parse(text);
    }

    /** The text of a valid setting. The error does not repeat an invalid one, which may contain a password. */
    private Optional<String> address(String path) {
        return settings.optionalSecret(
                path,
                RULE + ", or none",
                text -> Optional.of(text)
                        .filter(value ->
                                isDirect(value) || ProxyAddress.parse(value).isPresent()));
    }

    private Optional<ProxyAddress> read(String path) {
        return settings.optionalSecret(path, RULE, ProxyAddress::parse);
    }

    private static boolean isDirect(String text) {
        return text.toLowerCase(Locale.ROOT).equals(DIRECT);
    }
}
