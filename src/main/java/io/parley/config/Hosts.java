package io.parley.config;

import java.net.URI;

/** What can be said of a host by its name alone, without asking a name server. */
final class Hosts {

    private Hosts() {}

    /** An absolute http(s) address with a host, and with nothing that does not belong into a configuration file. */
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
