package io.parley.http.server;

import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where a request comes from. Believes a forwarded address only from proxies it was told to trust. */
public final class ClientAddressResolver {

    private final Set<String> trustedProxies;

    public ClientAddressResolver(List<String> trustedProxies) {
        this.trustedProxies = Set.copyOf(trustedProxies);
    }

    /** The peer, or what a trusted one says of whoever stands before it: the last address that is not a trusted proxy itself. */
    public String of(HttpServerRequest request) {
        String peer = Optional.ofNullable(request.remoteAddress().hostAddress()).orElse("unknown");
        if (!trustedProxies.contains(peer)) {
            return peer;
        }
        return request.headers().getAll("X-Forwarded-For").stream()
                .flatMap(header -> Arrays.stream(header.split(",", -1)))
                .map(String::strip)
                .filter(address -> !trustedProxies.contains(address))
                .reduce((_, last) -> last)
                .orElse(peer);
    }
}
