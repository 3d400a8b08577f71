package io.parley.http.server;

import io.parley.contract.Problem;
import io.parley.contract.Problem.RejectionReason;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Validates the head of a request before routing. Rejects what a proxy and this server could interpret differently. */
public final class RequestValidator {

    private static final int MAX_HEADERS = 100;

    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** Headers that must not be repeated: a proxy and this server might each use another value. */
    private static final List<String> SINGLE_HEADERS = List.of(
            "Authorization",
            "Content-Type",
            "Content-Encoding",
            "Expect",
            "Idempotency-Key",
            "If-Match",
            "Last-Event-ID",
            "Origin",
            "X-Api-Key",
            "X-Request-Id");

    /** Query parameters that may hold a credential, which logs and browser histories would store. */
    private static final Set<String> CREDENTIALS =
            Set.of("access_token", "token", "id_token", "api_key", "apikey", "bearer", "jwt", "authorization");

    /** Returns why the request is rejected; empty if it is valid. The connection must be closed after a violation. */
    Optional<Problem> violation(HttpServerRequest request) {
        if (request.headers().getAll("Host").size() != 1 || !hasHost(request)) {
            return malformed("invalid_host", "send exactly one Host header with exactly one host");
        }
        if (request.headers().entries().size() > MAX_HEADERS) {
            return rejected(RejectionReason.HEADERS_TOO_LARGE, "at most " + MAX_HEADERS + " headers are allowed");
        }
        if (!request.headers().names().stream().allMatch(NAME.asMatchPredicate())) {
            return malformed("invalid_header", "invalid header name");
        }
        if (!hasValidFraming(request)) {
            return malformed("invalid_transfer_encoding", "send either Content-Length or Transfer-Encoding: chunked");
        }
        for (String name : SINGLE_HEADERS) {
            if (request.headers().getAll(name).size() > 1) {
                return malformed("duplicate_header", "the header " + name + " must not be repeated");
            }
        }
        return query(request).or(() -> path(request)).or(() -> upgrade(request));
    }

    /** Whether the client requests an upgrade to a WebSocket. */
    public static boolean wantsWebSocket(HttpServerRequest request) {
        return lists(request, HttpHeaders.UPGRADE, "websocket") && lists(request, HttpHeaders.CONNECTION, "upgrade");
    }

    private static boolean lists(HttpServerRequest request, CharSequence header, String token) {
        return Optional.ofNullable(request.getHeader(header)).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .anyMatch(each -> each.strip().equalsIgnoreCase(token));
    }

    /** An upgrade by another method would be a different request to a proxy than to this server. */
    private static Optional<Problem> upgrade(HttpServerRequest request) {
        if (!wantsWebSocket(request) || request.method().equals(HttpMethod.GET)) {
            return Optional.empty();
        }
        request.response().putHeader(HttpHeaders.ALLOW, "GET");
        return rejected(RejectionReason.METHOD_NOT_ALLOWED, "a WebSocket must be opened by GET");
    }

    private static boolean hasHost(HttpServerRequest request) {
        @Nullable HostAndPort host = request.authority();
        return host != null && !host.host().isEmpty();
    }

    /** Whether every proxy finds the end of the body at the same byte: anything else allows request smuggling. */
    private static boolean hasValidFraming(HttpServerRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        return codings.isEmpty()
                || (codings.size() == 1
                        && codings.getFirst().equalsIgnoreCase("chunked")
                        && request.version() == HttpVersion.HTTP_1_1
                        && !request.headers().contains(HttpHeaders.CONTENT_LENGTH));
    }

    private static Optional<Problem> query(HttpServerRequest request) {
        if (request.query() == null) {
            return Optional.empty();
        }
        Set<String> names;
        try {
            names = request.params().names();
        } catch (IllegalArgumentException e) {
            return malformed("invalid_query", "the query cannot be decoded");
        }
        for (String name : names) {
            if (CREDENTIALS.contains(name.toLowerCase(Locale.ROOT))) {
                return malformed(
                        "credential_in_query", "credentials are not accepted in the query; send them in a header");
            }
            if (request.params().getAll(name).size() > 1) {
                return malformed("duplicate_parameter", "a query parameter must not be repeated");
            }
        }
        return Optional.empty();
    }

    /** Rejects escapes and dot segments: no path of the API needs them, but path traversal does. */
    private static Optional<Problem> path(HttpServerRequest request) {
        String path = request.path();
        boolean invalid = path == null || !path.startsWith("/") || path.contains("//") || path.contains("/.");
        boolean escaped = path != null && path.startsWith("/api") && path.indexOf('%') >= 0;
        if (path != null && path.contains("//") && BaseUrlHint.of(path).isPresent()) {
            return Optional.of(UnknownRoute.problem(request, Optional.empty()));
        }
        return invalid || escaped ? Optional.of(new Problem.NotFound()) : Optional.empty();
    }

    private static Optional<Problem> malformed(String code, String detail) {
        return Optional.of(new Problem.Malformed(code, detail));
    }

    private static Optional<Problem> rejected(RejectionReason reason, String detail) {
        return Optional.of(new Problem.Rejected(reason, detail));
    }
}
