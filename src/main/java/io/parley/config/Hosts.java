package io.parley.config;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks URLs by their text alone, and finds their hosts, which may contain {@code _}. Does not resolve names. */
final class Hosts {

    /** {@link URI} itself does not parse the authority if the host has an underscore. */
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:([^@]*)@)?(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?");

    private static final int MAX_PORT = 65535;

    private Hosts() {}

    /** Whether {@code uri} is an absolute http(s) URL with a host and without user, query and fragment. */
    static boolean plainHttp(URI uri) {
        return ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
                && of(uri).isPresent()
                && userInfo(uri).isEmpty()
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
    }

    static boolean secure(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme())
                || of(uri).filter(LoopbackHosts::contains).isPresent();
    }

    /** The host of {@code uri}. */
    static Optional<String> of(URI uri) {
        return authority(uri).map(parts -> parts.group(2));
    }

    static Optional<String> userInfo(URI uri) {
        return authority(uri).map(parts -> parts.group(1));
    }

    /** The port of {@code uri}, or {@code defaultPort}. */
    static int port(URI uri, int defaultPort) {
        return authority(uri)
                .map(parts -> parts.group(3))
                .map(Integer::parseInt)
                .orElse(defaultPort);
    }

    private static Optional<Matcher> authority(URI uri) {
        return Optional.ofNullable(uri.getRawAuthority())
                .map(AUTHORITY::matcher)
                .filter(Matcher::matches)
                .filter(parts -> parts.group(3) == null || Integer.parseInt(parts.group(3)) <= MAX_PORT);
    }
}
