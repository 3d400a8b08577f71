package io.parley.http.server;

import io.parley.contract.Problem;
import io.parley.json.JsonWriter;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where a {@link Problem} becomes an answer: RFC 9457 unless an API of another form was asked, and nothing in it that
 * the client did not already know.
 */
public final class FailureHandler {

    private static final Logger LOG = LoggerFactory.getLogger(FailureHandler.class);
    private static final int OVERLOADED = 529;
    /** When to come again, if nobody knows better. */
    private static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(5);

    private final LingeringClose lingeringClose;
    private final SlowClientGuards slowClientGuard;
    private final List<ErrorFormat> forms;
    private long clientErrors;
    private long serverErrors;

    /** @param forms of the APIs that have one of their own; the first that covers a path is used, problem details elsewhere */
    public FailureHandler(LingeringClose lingeringClose, SlowClientGuards slowClientGuard, List<ErrorFormat> forms) {
        this.lingeringClose = lingeringClose;
        this.slowClientGuard = slowClientGuard;
        this.forms = List.copyOf(forms);
    }

    /** Answer a request whose handling failed. */
    public void handle(RoutingContext ctx) {
        RequestState state = RequestState.of(ctx);
        @Nullable Throwable cause = ctx.failure();
        if (cause == null) {
            respond(ctx.request(), state, ctx.statusCode() == 404 ? new Problem.NotFound() : unparsable());
        } else {
            Problem problem = Problem.of(cause);
            if (problem instanceof Problem.Internal) {
                LOG.atError()
                        .addKeyValue("request_id", state.id())
                        .setCause(cause)
                        .log("a request could not be served");
            }
            respond(ctx.request(), state, problem);
        }
    }

    /** Answer with {@code problem}; the connection goes on only when the whole request has been read. */
    private void respond(HttpServerRequest request, RequestState state, Problem problem) {
        respond(request, state, problem, problem instanceof Problem.Rejected refused && closesConnection(refused));
    }

    /** Answer with {@code problem}, and close the connection behind it. */
    void reject(HttpServerRequest request, RequestState state, Problem problem) {
        respond(request, state, problem, true);
    }

    /** How many requests were answered with a problem of their own. */
    public long clientErrors() {
        return clientErrors;
    }

    /** How many requests were answered with a problem of ours. */
    public long serverErrors() {
        return serverErrors;
    }

    private void respond(HttpServerRequest request, RequestState state, Problem problem, boolean close) {
        log(request, state, problem);
        clientErrors += problem.status() < 500 ? 1 : 0;
        serverErrors += problem.status() < 500 ? 0 : 1;
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        if (response.headWritten()) {
            ClosingMarker.mark(request.connection());
            request.connection().close();
            return;
        }
        boolean closing = close || lingeringClose.hasUnreadBody(request);
        ErrorFormat format = form(request);
        writeHead(response, problem, format, state.id());
        if (closing) {
            ClosingMarker.mark(request.connection());
            response.putHeader("Connection", "close");
        }
        Future<Void> sent = slowClientGuard.watch(
                request.connection(), response.end(JsonWriter.buffer(format.body(problem, state.id()))));
        if (closing) {
            lingeringClose.close(request, sent);
        } else {
            request.resume();
        }
    }

    /** The path decides, whether there is such a route or not: clients are told in the format that they read. */
    private ErrorFormat form(HttpServerRequest request) {
        @Nullable String path = request.path();
        return forms.stream()
                .filter(format -> path != null && format.covers(path))
                .findFirst()
                .orElseGet(ProblemDetails::new);
    }

    private static void writeHead(HttpServerResponse response, Problem problem, ErrorFormat format, String requestId) {
        response.setStatusCode(format.status(problem)).putHeader("Content-Type", format.type());
        format.addHeaders(response, problem, requestId);
        retryAfter(problem, response.getStatusCode())
                .ifPresent(delay -> response.putHeader("Retry-After", seconds(delay))
                        .putHeader("Retry-After-Ms", Long.toString(delay.toMillis())));
        if (problem instanceof Problem.BudgetExceeded || problem instanceof Problem.Conflict) {
            response.putHeader("x-should-retry", "false"); // SDKs obey this before their own rules
        }
        if (problem instanceof Problem.Unauthorized && !response.headers().contains("WWW-Authenticate")) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
    }

    /** When to come again; whoever is told to come later is always told when. */
    private static Optional<Duration> retryAfter(Problem problem, int status) {
        return problem.retryDelay()
                .or(() -> status == 429 || status == 503 || status == OVERLOADED
                        ? Optional.of(DEFAULT_RETRY_AFTER)
                        : Optional.empty());
    }

    /** Whole seconds, rounded up, so that nobody comes back too early. */
    static String seconds(Duration delay) {
        return Long.toString(Math.max(1, delay.plusNanos(999_999_999).toSeconds()));
    }

    private static boolean closesConnection(Problem.Rejected refused) {
        return switch (refused.reason()) {
            case REQUEST_TIMEOUT, PAYLOAD_TOO_LARGE, URI_TOO_LONG, HEADERS_TOO_LARGE, HTTP_VERSION_NOT_SUPPORTED ->
                true;
            case METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, UNSUPPORTED_MEDIA_TYPE, UPGRADE_REQUIRED, ORIGIN, ROUTE -> false;
        };
    }

    private static Problem unparsable() {
        return new Problem.Malformed("invalid_request", "the request cannot be understood");
    }

    private static void log(HttpServerRequest request, RequestState state, Problem problem) {
        (problem.status() < 500 || problem instanceof Problem.Rejected ? LOG.atDebug() : LOG.atWarn())
                .addKeyValue("request_id", state.id())
                .addKeyValue("method", request.method().name())
                .addKeyValue("status", problem.status())
                .addKeyValue("code", problem.code())
                .log("a request ends with a problem");
    }
}
