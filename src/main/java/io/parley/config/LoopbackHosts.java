package io.parley.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.regex.Pattern;

/**
 * Recognizes hosts that can only be this machine: {@code localhost}, every address of 127.0.0.0/8, and ::1 in any spelling, with or
 * without brackets. Does not resolve names, because the owner of a name can point it to any address.
 */
public final class LoopbackHosts {

    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile("127(\\." + OCTET + "){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private LoopbackHosts() {}

    /** Whether {@code host}, without a port, is a loopback host. */
    public static boolean contains(String host) {
        return host.equalsIgnoreCase("localhost")
                || IPV4.matcher(host).matches()
                || isIpv6Loopback(withoutBrackets(host));
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static boolean isIpv6Loopback(String literal) {
        if (!IPV6.matcher(literal).matches()) {
            return false;
        }
        try {
            return InetAddress.ofLiteral(literal) instanceof Inet6Address address && address.isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
