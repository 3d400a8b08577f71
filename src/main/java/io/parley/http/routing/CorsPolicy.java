package io.parley.http.routing;

import io.parley.contract.Problem;
import io.parley.contract.Problem.RejectionReason;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Allows pages of the configured origins to read responses, and answers preflight requests. Compares origins literally. */
public final class CorsPolicy implements Handler<RoutingContext> {

    private static final String METHODS = "GET, POST, PATCH, PUT, DELETE";
    private static final String REQUEST_HEADERS =
            "Authorization, Content-Type, X-Api-Key, User-Agent, X-Requested-With, Accept, "
                    + "Cache-Control, Idempotency-Key, If-Match, Last-Event-ID, X-Request-Id, X-Parley-Cache, traceparent, tracestate, baggage";

    /** Headers of the SDKs, whose number grows: each one that a page asks for is allowed. */
    private static final Pattern SDK_HEADER =
            Pattern.compile("(?:x-stainless|anthropic|openai)-[a-z0-9_-]{1,100}", Pattern.CASE_INSENSITIVE);

    private static final int MAX_SDK_HEADERS = 50;

    private static final String EXPOSED_HEADERS = "Content-Disposition, ETag, Location, Request-Id, "
            + "Retry-After, Retry-After-Ms, X-Request-Id, X-Run-Id, "
            + "X-RateLimit-Limit-Requests, X-RateLimit-Limit-Tokens, X-RateLimit-Remaining-Requests, "
            + "X-RateLimit-Remaining-Tokens, X-RateLimit-Reset-Requests, X-RateLimit-Reset-Tokens, "
            + "OpenAI-Processing-Ms, X-Should-Retry, X-Parley-Attempts, X-Parley-Cache, X-Parley-Dropped, X-Parley-Model, "
            + "X-Parley-Provider";

    /** Other headers of a response that pages may read. */
    private static final Pattern EXPOSED =
            Pattern.compile("(?:x-ratelimit|x-parley|anthropic|openai)-.+", Pattern.CASE_INSENSITIVE);

    private final Set<String> allowed;

    public CorsPolicy(Collection<String> allowed) {
        this.allowed = Set.copyOf(allowed);
    }

    @Override
    public void handle(RoutingContext ctx) {
        @Nullable String origin = ctx.request().getHeader(HttpHeaders.ORIGIN);
        if (origin == null) {
            ctx.next();
            return;
        }
        HttpServerResponse response = ctx.response().putHeader(HttpHeaders.VARY, "Origin");
        boolean listed = allowed.contains(origin);
        if (listed) {
            response.putHeader("Access-Control-Allow-Origin", origin);
            ctx.addHeadersEndHandler(_ -> response.putHeader("Access-Control-Expose-Headers", exposed(response)));
        }
        if (!isPreflight(ctx)) {
            ctx.next();
        } else if (listed) {
            response.putHeader("Access-Control-Allow-Methods", METHODS)
                    .putHeader("Access-Control-Allow-Headers", requestHeaders(ctx))
                    .putHeader("Access-Control-Max-Age", "600")
                    .setStatusCode(204)
                    .end();
        } else {
            ctx.fail(originNotAllowed());
        }
    }

    public static RuntimeException originNotAllowed() {
        return new Problem.Rejected(RejectionReason.ORIGIN, "the origin is not in http.allowed-origins").toException();
    }

    /** The allowed request headers, and those of the SDKs that the page asks for. */
    private static String requestHeaders(RoutingContext ctx) {
        Stream<String> requested = ctx.request().headers().getAll(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS).stream()
                .flatMap(header -> Arrays.stream(header.split(",", -1)))
                .map(String::strip)
                .filter(SDK_HEADER.asMatchPredicate())
                .distinct()
                .limit(MAX_SDK_HEADERS);
        return Stream.concat(Stream.of(REQUEST_HEADERS), requested).collect(Collectors.joining(", "));
    }

    /** The headers that pages may read, and those of the response that belong to the same groups. */
    private static String exposed(HttpServerResponse response) {
        Stream<String> others = response.headers().names().stream()
                .filter(EXPOSED.asMatchPredicate())
                .filter(name -> !EXPOSED_HEADERS.toLowerCase(Locale.ROOT).contains(name.toLowerCase(Locale.ROOT)));
        return Stream.concat(Stream.of(EXPOSED_HEADERS), others).collect(Collectors.joining(", "));
    }

    private static boolean isPreflight(RoutingContext ctx) {
        return ctx.request().method().equals(HttpMethod.OPTIONS)
                && ctx.request().headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    }
}
