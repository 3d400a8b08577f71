package io.parley.http.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Problem.RejectionReason;
import io.parley.json.Violations;

/** Writes errors as RFC 9457 problem details, the format of every API without an error format of its own. */
public final class ProblemDetails implements ErrorFormat {

    private static final int MAX_VIOLATIONS = 100;

    @Override
    public boolean covers(String path) {
        return true;
    }

    @Override
    public int status(Problem problem) {
        return problem.status();
    }

    @Override
    public String type() {
        return "application/problem+json; charset=utf-8";
    }

    @Override
    public ObjectNode body(Problem problem, String requestId) {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("type", "/problems/" + problem.code())
                .put("title", title(problem))
                .put("status", problem.status())
                .put("detail", problem.detail())
                .put("instance", requestId)
                .put("code", problem.code())
                .put("request_id", requestId);
        if (problem instanceof Problem.ProviderFailed failed) {
            failed.rejected().param().ifPresent(param -> body.put("param", param));
        }
        problem.retryDelay().ifPresent(delay -> body.put("retry_after_ms", delay.toMillis()));
        body.set("errors", errors(problem));
        return body;
    }

    /** Returns the violations of a failed validation; empty for every other problem. */
    public static ArrayNode errors(Problem problem) {
        ArrayNode errors = JsonNodeFactory.instance.arrayNode();
        if (problem instanceof Problem.Invalid invalid) {
            invalid.violations().stream()
                    .limit(MAX_VIOLATIONS)
                    .forEach(violation -> errors.addObject()
                            .put("pointer", Violations.printable(violation.pointer()))
                            .put("rule", violation.rule())
                            .put("message", violation.message()));
        }
        return errors;
    }

    /** Returns the reason phrase of the status, the same for every problem of one kind. */
    private static String title(Problem problem) {
        return switch (problem) {
            case Problem.Malformed _ -> "Bad Request";
            case Problem.Invalid _ -> "Validation Failed";
            case Problem.Rejected rejected -> title(rejected.reason());
            case Problem.Unauthorized _ -> "Unauthorized";
            case Problem.Forbidden _, Problem.ModelNotAllowed _ -> "Forbidden";
            case Problem.NotFound _ -> "Not Found";
            case Problem.Conflict _ -> "Conflict";
            case Problem.PreconditionFailed _ -> "Precondition Failed";
            case Problem.RateLimited _ -> "Too Many Requests";
            case Problem.BudgetExceeded _ -> "Payment Required";
            case Problem.ProviderFailed failed -> title(failed.fault());
            case Problem.Unavailable _ -> "Service Unavailable";
            case Problem.Cancelled _ -> "Client Closed Request";
            case Problem.Internal _ -> "Internal Server Error";
        };
    }

    private static String title(RejectionReason reason) {
        return switch (reason) {
            case ORIGIN -> "Forbidden";
            case ROUTE -> "Not Found";
            case METHOD_NOT_ALLOWED -> "Method Not Allowed";
            case NOT_ACCEPTABLE -> "Not Acceptable";
            case REQUEST_TIMEOUT -> "Request Timeout";
            case PAYLOAD_TOO_LARGE -> "Content Too Large";
            case URI_TOO_LONG -> "URI Too Long";
            case UNSUPPORTED_MEDIA_TYPE -> "Unsupported Media Type";
            case UPGRADE_REQUIRED -> "Upgrade Required";
            case HEADERS_TOO_LARGE -> "Request Header Fields Too Large";
            case HTTP_VERSION_NOT_SUPPORTED -> "HTTP Version Not Supported";
        };
    }

    private static String title(Fault fault) {
        return switch (fault) {
            case REJECTED, TOO_LONG, UNKNOWN_MODEL, AUTH, QUOTA, ERROR -> "Bad Gateway";
            case UNREACHABLE, TRUNCATED, PROTOCOL, OUTPUT_LIMIT -> "Bad Gateway";
            case RATE_LIMITED -> "Too Many Requests";
            case OVERLOADED -> "Service Unavailable";
            case NO_RESPONSE, STALLED -> "Gateway Timeout";
        };
    }
}
