package io.parley.config;

import java.net.URI;
import java.util.regex.Pattern;

/** What can be said of a host by its name alone, without asking a name server. */
final class Hosts {

    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1|\\[::1]|0:0:0:0:0:0:0:1", Pattern.CASE_INSENSITIVE);

    private Hosts() {}

    static boolean loopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }

    /** An absolute http(s) address with a host, and with nothing that does not belong into a configuration file. */
    static boolean plainHttp(URI uri) {
        return ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
                && uri.getHost() != null
                && uri.getRawUserInfo() == null
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
    }

    static boolean secure(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme()) || loopback(uri.getHost());
    }
}
