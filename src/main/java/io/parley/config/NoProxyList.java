package io.parley.config;

import java.util.List;
import java.util.Locale;

/**
 * The hosts that are reached without a proxy, as in {@code NO_PROXY}: names with all names below them, or {@code *} for every host.
 * Loopback hosts are always among them.
 */
public record NoProxyList(List<String> hosts) {

    public NoProxyList {
        hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
    }

    /** Whether {@code host} is reached without a proxy. {@code port} matters only for entries that name one. */
    public boolean contains(String host, int port) {
        String name = host.toLowerCase(Locale.ROOT);
        return LoopbackHosts.contains(name) || hosts.stream().anyMatch(entry -> matches(entry, name, port));
    }

    private static boolean matches(String entry, String name, int port) {
        String suffix = ":" + port;
        String host = entry.endsWith(suffix) ? entry.substring(0, entry.length() - suffix.length()) : entry;
        String domain = host.startsWith("*.") ? host.substring(2) : host.startsWith(".") ? host.substring(1) : host;
        return host.equals("*") || name.equals(domain) || name.endsWith("." + domain);
    }
}
