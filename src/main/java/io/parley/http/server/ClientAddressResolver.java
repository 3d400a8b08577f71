package io.parley.http.server;

import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Determines the address of a client. Accepts {@code X-Forwarded-For} only from trusted proxies. */
public final class ClientAddressResolver {

    private final Set<String> trustedProxies;

    public ClientAddressResolver(List<String> trustedProxies) {
        this.trustedProxies = Set.copyOf(trustedProxies);
    }

    /** Returns the peer or, if the peer is a trusted proxy, the last forwarded address that is no trusted proxy itself. */
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
