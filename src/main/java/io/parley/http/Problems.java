package io.parley.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Refusal;
import io.parley.json.JsonWriter;
import io.parley.json.Violations;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where a {@link Problem} becomes an answer: RFC 9457 unless an API of another form was asked, and nothing in it that
 * the client did not already know.
 */
final class Problems {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final int MOST_MISTAKES = 100;
    private static final int OVERLOADED = 529;
    /** When to come again, if nobody knows better. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Farewell farewell;
    private final SlowReader slowReader;
    private long faults;
    private long failures;

    Problems(Farewell farewell, SlowReader slowReader) {
        this.farewell = farewell;
        this.slowReader = slowReader;
    }

    /** Answer a request whose handling failed. */
    void render(RoutingContext ctx) {
        @Nullable Throwable cause = ctx.failure();
        if (cause == null) {
            answer(ctx.request(), ctx.statusCode() == 404 ? new Problem.NotFound() : unparsable());
        } else {
            Problem problem = Problem.of(cause);
            if (problem instanceof Problem.Internal) {
                LOG.atError()
                        .addKeyValue("request_id", Letterhead.requestId(ctx.request()))
                        .setCause(cause)
                        .log("a request could not be served");
            }
            answer(ctx.request(), problem);
        }
    }

    /** Answer with {@code problem}; the connection goes on only when the whole request has been read. */
    void answer(HttpServerRequest request, Problem problem) {
        answer(request, problem, problem instanceof Problem.Refused refused && closes(refused));
    }

    /** Answer with {@code problem}, and close the connection behind it. */
    void refuse(HttpServerRequest request, Problem problem) {
        answer(request, problem, true);
    }

    /** How many requests were answered with a problem of their own. */
    long faults() {
        return faults;
    }

    /** How many requests were answered with a problem of ours. */
    long failures() {
        return failures;
    }

    private void answer(HttpServerRequest request, Problem problem, boolean close) {
        log(request, problem);
        faults += problem.status() < 500 ? 1 : 0;
        failures += problem.status() < 500 ? 0 : 1;
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        if (response.headWritten()) {
            LastWord.give(request.connection());
            request.connection().close();
            return;
        }
        boolean last = close || farewell.unread(request);
        String requestId = Letterhead.requestId(request);
        ErrorForm form = ErrorForm.of(request);
        head(response, problem, form, requestId);
        if (last) {
            LastWord.give(request.connection());
            response.putHeader("Connection", "close");
        }
        Future<Void> sent =
                slowReader.watch(request.connection(), response.end(JsonWriter.buffer(form.body(problem, requestId))));
        if (last) {
            farewell.close(request, sent);
        } else {
            request.resume();
        }
    }

    private static void head(HttpServerResponse response, Problem problem, ErrorForm form, String requestId) {
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

    /** The problem as RFC 9457 wants it. */
    static ObjectNode body(Problem problem, String requestId) {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("type", "/problems/" + problem.code())
                .put("title", title(problem))
                .put("status", problem.status())
                .put("detail", problem.detail())
                .put("instance", requestId)
                .put("code", problem.code())
                .put("request_id", requestId);
        problem.retryAfter().ifPresent(pause -> body.put("retry_after_ms", pause.toMillis()));
        body.set("errors", errors(problem));
        return body;
    }

    /** The single mistakes, if the problem is made of some. */
    static ArrayNode errors(Problem problem) {
        ArrayNode errors = JsonNodeFactory.instance.arrayNode();
        if (problem instanceof Problem.Invalid invalid) {
            invalid.violations().stream()
                    .limit(MOST_MISTAKES)
                    .forEach(mistake -> errors.addObject()
                            .put("pointer", Violations.printable(mistake.pointer()))
                            .put("rule", mistake.rule())
                            .put("message", mistake.message()));
        }
        return errors;
    }

    private static String title(Problem problem) {
        return switch (problem) {
            case Problem.Malformed _ -> "The request cannot be understood";
            case Problem.Invalid _ -> "The request is not acceptable";
            case Problem.Refused refused -> title(refused.refusal());
            case Problem.Unauthorized _ -> "Who is calling?";
            case Problem.Forbidden _ -> "Not allowed";
            case Problem.NotFound _ -> "Not found";
            case Problem.Conflict _ -> "Not possible now";
            case Problem.Stale _ -> "Out of date";
            case Problem.RateLimited _ -> "Too many requests";
            case Problem.BudgetExceeded _ -> "The budget is spent";
            case Problem.VendorFailed _ -> "The vendor failed";
            case Problem.Unavailable _ -> "Temporarily unavailable";
            case Problem.Cancelled _ -> "Cancelled";
            case Problem.Internal _ -> "Our mistake";
        };
    }

    private static String title(Refusal refusal) {
        return switch (refusal) {
            case ORIGIN -> "Not allowed";
            case ROUTE -> "Not found";
            case METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, REQUEST_TIMEOUT, PAYLOAD_TOO_LARGE, URI_TOO_LONG ->
                "The request is refused";
            case UNSUPPORTED_MEDIA_TYPE, UPGRADE_REQUIRED, HEADERS_TOO_LARGE, HTTP_VERSION_NOT_SUPPORTED ->
                "The request is refused";
        };
    }

    /** Whole seconds, rounded up, so that nobody comes back too early. */
    static String seconds(Duration pause) {
        return Long.toString(Math.max(1, pause.plusNanos(999_999_999).toSeconds()));
    }

    private static boolean closes(Problem.Refused refused) {
        return switch (refused.refusal()) {
            case REQUEST_TIMEOUT, PAYLOAD_TOO_LARGE, URI_TOO_LONG, HEADERS_TOO_LARGE, HTTP_VERSION_NOT_SUPPORTED ->
                true;
            case METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, UNSUPPORTED_MEDIA_TYPE, UPGRADE_REQUIRED, ORIGIN, ROUTE -> false;
        };
    }

    private static Problem unparsable() {
        return new Problem.Malformed("invalid_request", "the request cannot be understood");
    }

    private static void log(HttpServerRequest request, Problem problem) {
        (problem.status() < 500 || problem instanceof Problem.Refused ? LOG.atDebug() : LOG.atWarn())
                .addKeyValue("request_id", Letterhead.requestId(request))
                .addKeyValue("method", request.method().name())
                .addKeyValue("status", problem.status())
                .addKeyValue("code", problem.code())
                .log("a request ends with a problem");
    }
}
