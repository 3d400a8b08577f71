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

/** Looks at a request before anybody asks what it wants: refuses what two readers could understand differently. */
public final class RequestValidator {

    private static final int MAX_HEADERS = 100;

    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** Headers that must not be said twice: proxies and we might each believe another one. */
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

    /** What a credential might be called in a query, where logs and browser histories would keep it. */
    private static final Set<String> CREDENTIALS =
            Set.of("access_token", "token", "id_token", "api_key", "apikey", "bearer", "jwt", "authorization");

    /** Why the request is refused, if it is; the connection is not to be trusted any further then. */
    Optional<Problem> violation(HttpServerRequest request) {
        if (request.headers().getAll("Host").size() != 1 || !hasHost(request)) {
            return malformed("invalid_host", "exactly one Host header is needed, with one host in it");
        }
        if (request.headers().entries().size() > MAX_HEADERS) {
            return refused(RejectionReason.HEADERS_TOO_LARGE, "at most " + MAX_HEADERS + " headers are read");
        }
        if (!request.headers().names().stream().allMatch(NAME.asMatchPredicate())) {
            return malformed("invalid_header", "a header has a name that is none");
        }
        if (!hasValidFraming(request)) {
            return malformed(
                    "invalid_transfer_encoding", "a body comes with its length, or with chunks and nothing else");
        }
        for (String name : SINGLE_HEADERS) {
            if (request.headers().getAll(name).size() > 1) {
                return malformed("duplicate_header", "the header " + name + " is given more than once");
            }
        }
        return query(request).or(() -> path(request)).or(() -> upgrade(request));
    }

    /** Tells whether the client asks for a WebSocket. */
    public static boolean wantsWebSocket(HttpServerRequest request) {
        return lists(request, HttpHeaders.UPGRADE, "websocket") && lists(request, HttpHeaders.CONNECTION, "upgrade");
    }

    private static boolean lists(HttpServerRequest request, CharSequence header, String token) {
        return Optional.ofNullable(request.getHeader(header)).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .anyMatch(each -> each.strip().equalsIgnoreCase(token));
    }

    /** Another method with an upgrade would be one request to us and another to a proxy between. */
    private static Optional<Problem> upgrade(HttpServerRequest request) {
        if (!wantsWebSocket(request) || request.method().equals(HttpMethod.GET)) {
            return Optional.empty();
        }
        request.response().putHeader(HttpHeaders.ALLOW, "GET");
        return refused(RejectionReason.METHOD_NOT_ALLOWED, "a WebSocket is opened by GET");
    }

    private static boolean hasHost(HttpServerRequest request) {
        @Nullable HostAndPort host = request.authority();
        return host != null && !host.host().isEmpty();
    }

    /** Whether everybody who passes this request on sees its body end at the same place. */
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
                return malformed("credential_in_query", "credentials are not taken from the query");
            }
            if (request.params().getAll(name).size() > 1) {
                return malformed("duplicate_parameter", "a query parameter is given more than once");
            }
        }
        return Optional.empty();
    }

    /** Nothing that we name needs an escape or a dot segment; whoever sends one means another file system. */
    private static Optional<Problem> path(HttpServerRequest request) {
        String path = request.path();
        boolean invalid = path == null || !path.startsWith("/") || path.contains("//") || path.contains("/.");
        boolean escaped = path != null && path.startsWith("/api") && path.indexOf('%') >= 0;
        return invalid || escaped ? Optional.of(new Problem.NotFound()) : Optional.empty();
    }

    private static Optional<Problem> malformed(String code, String detail) {
        return Optional.of(new Problem.Malformed(code, detail));
    }

    private static Optional<Problem> refused(RejectionReason refusal, String detail) {
        return Optional.of(new Problem.Rejected(refusal, detail));
    }
}
