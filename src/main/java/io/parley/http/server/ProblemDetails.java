package io.parley.http.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Problem;
import io.parley.contract.Problem.RejectionReason;
import io.parley.json.Violations;

/** Writes errors as RFC 9457 problem details, the format of every API that has none of its own. */
public final class ProblemDetails implements ErrorFormat {

    private static final int MOST_MISTAKES = 100;

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
        problem.retryDelay().ifPresent(pause -> body.put("retry_after_ms", pause.toMillis()));
        body.set("errors", errors(problem));
        return body;
    }

    /** Returns what is wrong with each field, if {@code problem} is a failed validation. */
    public static ArrayNode errors(Problem problem) {
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
            case Problem.Rejected refused -> title(refused.reason());
            case Problem.Unauthorized _ -> "Who is calling?";
            case Problem.Forbidden _, Problem.ModelNotAllowed _ -> "Not allowed";
            case Problem.NotFound _ -> "Not found";
            case Problem.Conflict _ -> "Not possible now";
            case Problem.PreconditionFailed _ -> "Out of date";
            case Problem.RateLimited _ -> "Too many requests";
            case Problem.BudgetExceeded _ -> "The budget is spent";
            case Problem.ProviderFailed _ -> "The vendor failed";
            case Problem.Unavailable _ -> "Temporarily unavailable";
            case Problem.Cancelled _ -> "Cancelled";
            case Problem.Internal _ -> "Our mistake";
        };
    }

    private static String title(RejectionReason refusal) {
        return switch (refusal) {
            case ORIGIN -> "Not allowed";
            case ROUTE -> "Not found";
            case METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, REQUEST_TIMEOUT, PAYLOAD_TOO_LARGE, URI_TOO_LONG ->
                "The request is refused";
            case UNSUPPORTED_MEDIA_TYPE, UPGRADE_REQUIRED, HEADERS_TOO_LARGE, HTTP_VERSION_NOT_SUPPORTED ->
                "The request is refused";
        };
    }
}
