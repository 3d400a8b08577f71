package io.parley.http;

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
final class FailureHandler {

    private static final Logger LOG = LoggerFactory.getLogger(FailureHandler.class);
    private static final int OVERLOADED = 529;
    /** When to come again, if nobody knows better. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final LingeringClose farewell;
    private final SlowClientGuards slowReader;
    private final List<ErrorFormat> forms;
    private long faults;
    private long failures;

    /** @param forms of the APIs that have one of their own; the first that covers a path is used, problem details elsewhere */
    FailureHandler(LingeringClose farewell, SlowClientGuards slowReader, List<ErrorFormat> forms) {
        this.farewell = farewell;
        this.slowReader = slowReader;
        this.forms = List.copyOf(forms);
    }

    /** Answer a request whose handling failed. */
    void render(RoutingContext ctx) {
        RequestState state = RequestState.of(ctx);
        @Nullable Throwable cause = ctx.failure();
        if (cause == null) {
            answer(ctx.request(), state, ctx.statusCode() == 404 ? new Problem.NotFound() : unparsable());
        } else {
            Problem problem = Problem.of(cause);
            if (problem instanceof Problem.Internal) {
                LOG.atError()
                        .addKeyValue("request_id", state.id())
                        .setCause(cause)
                        .log("a request could not be served");
            }
            answer(ctx.request(), state, problem);
        }
    }

    /** Answer with {@code problem}; the connection goes on only when the whole request has been read. */
    private void answer(HttpServerRequest request, RequestState state, Problem problem) {
        answer(request, state, problem, problem instanceof Problem.Rejected refused && closes(refused));
    }

    /** Answer with {@code problem}, and close the connection behind it. */
    void refuse(HttpServerRequest request, RequestState state, Problem problem) {
        answer(request, state, problem, true);
    }

    /** How many requests were answered with a problem of their own. */
    long faults() {
        return faults;
    }

    /** How many requests were answered with a problem of ours. */
    long failures() {
        return failures;
    }

    private void answer(HttpServerRequest request, RequestState state, Problem problem, boolean close) {
        log(request, state, problem);
        faults += problem.status() < 500 ? 1 : 0;
        failures += problem.status() < 500 ? 0 : 1;
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        if (response.headWritten()) {
            ClosingMarker.give(request.connection());
            request.connection().close();
            return;
        }
        boolean last = close || farewell.unread(request);
        ErrorFormat form = form(request);
        head(response, problem, form, state.id());
        if (last) {
            ClosingMarker.give(request.connection());
            response.putHeader("Connection", "close");
        }
        Future<Void> sent =
                slowReader.watch(request.connection(), response.end(JsonWriter.buffer(form.body(problem, state.id()))));
        if (last) {
            farewell.close(request, sent);
        } else {
            request.resume();
        }
    }

    /** The path decides, whether there is such a route or not: clients are told in the format that they read. */
    private ErrorFormat form(HttpServerRequest request) {
        @Nullable String path = request.path();
        return forms.stream()
                .filter(form -> path != null && form.covers(path))
                .findFirst()
                .orElseGet(ProblemDetails::new);
    }

    private static void head(HttpServerResponse response, Problem problem, ErrorFormat form, String requestId) {
        response.setStatusCode(form.status(problem)).putHeader("Content-Type", form.type());
        form.head(response, problem, requestId);
        pause(problem, response.getStatusCode())
                .ifPresent(pause -> response.putHeader("Retry-After", seconds(pause))
                        .putHeader("Retry-After-Ms", Long.toString(pause.toMillis())));
        if (problem instanceof Problem.BudgetExceeded || problem instanceof Problem.Conflict) {
            response.putHeader("x-should-retry", "false"); // SDKs obey this before their own rules
        }
        if (problem instanceof Problem.Unauthorized && !response.headers().contains("WWW-Authenticate")) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
    }

    /** When to come again; whoever is told to come later is always told when. */
    private static Optional<Duration> pause(Problem problem, int status) {
        return problem.retryAfter()
                .or(() ->
                        status == 429 || status == 503 || status == OVERLOADED ? Optional.of(PAUSE) : Optional.empty());
    }

    /** Whole seconds, rounded up, so that nobody comes back too early. */
    static String seconds(Duration pause) {
        return Long.toString(Math.max(1, pause.plusNanos(999_999_999).toSeconds()));
    }

    private static boolean closes(Problem.Rejected refused) {
        return switch (refused.refusal()) {
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
