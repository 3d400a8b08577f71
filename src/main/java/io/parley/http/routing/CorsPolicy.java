package io.parley.http.routing;

import io.parley.contract.Problem;
import io.parley.contract.Problem.RejectionReason;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Allows pages of the configured origins to read responses, and answers preflight requests. Compares origins literally. */
public final class CorsPolicy implements Handler<RoutingContext> {

    private static final String METHODS = "GET, POST, PATCH, PUT, DELETE";
    private static final String REQUEST_HEADERS =
            "Anthropic-Beta, Anthropic-Dangerous-Direct-Browser-Access, Anthropic-Version, Authorization, Cache-Control, Content-Type, Idempotency-Key, If-Match, "
                    + "Last-Event-ID, OpenAI-Organization, OpenAI-Project, X-Api-Key, X-Parley-Cache, X-Request-Id, X-Stainless-Arch, "
                    + "X-Stainless-Helper-Method, X-Stainless-Lang, X-Stainless-OS, X-Stainless-Package-Version, "
                    + "X-Stainless-Retry-Count, X-Stainless-Runtime, X-Stainless-Runtime-Version, X-Stainless-Timeout";
    private static final String EXPOSED_HEADERS = "Content-Disposition, ETag, Location, Request-Id, "
            + "Retry-After, Retry-After-Ms, X-Request-Id, X-Run-Id, "
            + "X-RateLimit-Limit-Requests, X-RateLimit-Limit-Tokens, X-RateLimit-Remaining-Requests, "
            + "X-RateLimit-Remaining-Tokens, X-RateLimit-Reset-Requests, X-RateLimit-Reset-Tokens, "
            + "OpenAI-Processing-Ms, X-Should-Retry, X-Parley-Attempts, X-Parley-Cache, X-Parley-Dropped, X-Parley-Model, X-Parley-Provider";

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
            response.putHeader("Access-Control-Allow-Origin", origin)
                    .putHeader("Access-Control-Expose-Headers", EXPOSED_HEADERS);
        }
        if (!isPreflight(ctx)) {
            ctx.next();
        } else if (listed) {
            response.putHeader("Access-Control-Allow-Methods", METHODS)
                    .putHeader("Access-Control-Allow-Headers", REQUEST_HEADERS)
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

    private static boolean isPreflight(RoutingContext ctx) {
        return ctx.request().method().equals(HttpMethod.OPTIONS)
                && ctx.request().headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    }
}
