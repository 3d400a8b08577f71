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
 * Writes every {@link Problem} as an HTTP response: in the error format of the requested API, otherwise as RFC 9457 problem details.
 * Never sends the message of an exception.
 */
public final class FailureHandler {

    private static final Logger LOG = LoggerFactory.getLogger(FailureHandler.class);
    private static final int OVERLOADED = 529;
    /** The delay of a retryable problem that does not define one. */
    private static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(5);

    private final LingeringClose lingeringClose;
    private final SlowClientGuards slowClientGuards;
    private final List<ErrorFormat> formats;
    private long clientErrors;
    private long serverErrors;

    /** @param formats error formats in order of precedence; problem details are used for paths that no format covers */
    public FailureHandler(LingeringClose lingeringClose, SlowClientGuards slowClientGuards, List<ErrorFormat> formats) {
        this.lingeringClose = lingeringClose;
        this.slowClientGuards = slowClientGuards;
        this.formats = List.copyOf(formats);
    }

    /** Responds to a request whose handling failed. */
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
                        .log("request failed");
            }
            respond(ctx.request(), state, problem);
        }
    }

    /** Responds with {@code problem}. Keeps the connection only if the whole request has been read. */
    private void respond(HttpServerRequest request, RequestState state, Problem problem) {
        respond(request, state, problem, problem instanceof Problem.Rejected rejected && closesConnection(rejected));
    }

    /** Responds with {@code problem} and closes the connection after the response. */
    void reject(HttpServerRequest request, RequestState state, Problem problem) {
        respond(request, state, problem, true);
    }

    /** Returns the number of responses with a 4xx problem. */
    public long clientErrors() {
        return clientErrors;
    }

    /** Returns the number of responses with a 5xx problem. */
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
        ErrorFormat format = formatOf(request);
        writeHead(response, problem, format, state.id());
        if (closing) {
            ClosingMarker.mark(request.connection());
            response.putHeader("Connection", "close");
        }
        Future<Void> sent = slowClientGuards.watch(
                request.connection(), response.end(JsonWriter.buffer(format.body(problem, state.id()))));
        if (closing) {
            lingeringClose.close(request, sent);
        } else {
            request.resume();
        }
    }

    /** Chooses the format by the path alone, so that clients of an API can parse the error of an unknown route, too. */
    private ErrorFormat formatOf(HttpServerRequest request) {
        @Nullable String path = request.path();
        return formats.stream()
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
            response.putHeader("x-should-retry", "false"); // takes precedence over the retry rules of the SDKs
        }
        if (problem instanceof Problem.Unauthorized && !response.headers().contains("WWW-Authenticate")) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
    }

    /** Returns the retry delay; every 429, 503 and 529 has one. */
    private static Optional<Duration> retryAfter(Problem problem, int status) {
        return problem.retryDelay()
                .or(() -> status == 429 || status == 503 || status == OVERLOADED
                        ? Optional.of(DEFAULT_RETRY_AFTER)
                        : Optional.empty());
    }

    /** Returns {@code delay} in whole seconds, rounded up so that no client retries too early. */
    static String seconds(Duration delay) {
        return Long.toString(Math.max(1, delay.plusNanos(999_999_999).toSeconds()));
    }

    private static boolean closesConnection(Problem.Rejected rejected) {
        return switch (rejected.reason()) {
            case REQUEST_TIMEOUT, PAYLOAD_TOO_LARGE, URI_TOO_LONG, HEADERS_TOO_LARGE, HTTP_VERSION_NOT_SUPPORTED ->
                true;
            case METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, UNSUPPORTED_MEDIA_TYPE, UPGRADE_REQUIRED, ORIGIN, ROUTE -> false;
        };
    }

    private static Problem unparsable() {
        return new Problem.Malformed("invalid_request", "the request is malformed");
    }

    private static void log(HttpServerRequest request, RequestState state, Problem problem) {
        (problem.status() < 500 || problem instanceof Problem.Rejected ? LOG.atDebug() : LOG.atWarn())
                .addKeyValue("request_id", state.id())
                .addKeyValue("method", request.method().name())
                .addKeyValue("status", problem.status())
                .addKeyValue("code", problem.code())
                .log("responded with a problem");
    }
}
