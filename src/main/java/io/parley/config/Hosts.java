package io.parley.config;

import java.net.URI;

/** Checks URLs by their text alone. Does not resolve names. */
final class Hosts {

    private Hosts() {}

    /** Whether {@code uri} is an absolute http(s) URL with a host and without user, query and fragment. */
    static boolean plainHttp(URI uri) {
        return ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
                && uri.getHost() != null
                && uri.getRawUserInfo() == null
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
    }

    static boolean secure(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme()) || LoopbackHosts.contains(uri.getHost());
    }
}
