package io.parley.config;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** An HTTP proxy for requests to providers. */
public record ProxyAddress(String host, int port, Optional<String> user, Optional<Secret> password) {

    private static final int DEFAULT_PORT = 3128;

    /** Parses {@code http://user:password@host:port}, in which only the host is required; empty if it is something else. */
    public static Optional<ProxyAddress> parse(String text) {
        try {
            URI uri = URI.create(text.contains("://") ? text : "http://" + text);
            boolean plain = "http".equalsIgnoreCase(uri.getScheme())
                    && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
            return plain
                    ? Hosts.of(uri)
                            .map(host ->
                                    new ProxyAddress(host, Hosts.port(uri, DEFAULT_PORT), user(uri), password(uri)))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> user(URI uri) {
        return Hosts.userInfo(uri).map(info -> decoded(info.split(":", 2)[0]));
    }

    private static Optional<Secret> password(URI uri) {
        return Hosts.userInfo(uri)
                .filter(info -> info.contains(":"))
                .map(info -> new Secret(decoded(info.split(":", 2)[1])));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
