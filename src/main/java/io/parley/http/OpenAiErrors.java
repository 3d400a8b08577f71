package io.parley.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Problem.ProviderFailed;
import io.parley.contract.Problem.Violation;
import io.parley.json.Violations;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/** A problem as OpenAI's clients read it, before the answer and in the middle of it. */
final class OpenAiErrors implements ErrorFormat {

    @Override
    public boolean covers(String path) {
        return path.startsWith("/v1/");
    }

    /** What the client's own parameters have caused is the client's to mend, also when it is the vendor that says so. */
    @Override
    public int status(Problem problem) {
        if (problem instanceof Problem.Invalid
                || faulted(problem, Fault.REJECTED)
                || faulted(problem, Fault.TOO_LONG)) {
            return 400;
        }
        return faulted(problem, Fault.UNKNOWN_MODEL) ? 404 : problem.status();
    }

    @Override
    public void head(HttpServerResponse response, Problem problem, String requestId) {
        response.putHeader(
                "x-should-retry", Boolean.toString(problem.retryable())); // SDKs obey this before their own rules
    }

    /** {@code param} and {@code code} are there even when there is nothing to say; {@code error} is never {@code null}. */
    @Override
    public ObjectNode body(Problem problem, String requestId) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("error")
                .put("message", message(problem))
                .put("type", kind(problem))
                .put("param", param(problem).orElse(null))
                .put("code", code(problem));
        return body;
    }

    private static String message(Problem problem) {
        return first(problem)
                .map(mistake ->
                        "Invalid '" + name(Violations.printable(mistake.pointer())) + "': " + mistake.message() + ".")
                .orElseGet(problem::detail);
    }

    private String kind(Problem problem) {
        int status = status(problem);
        return switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "insufficient_quota";
            case 403 -> "permission_error";
            case 429 -> "rate_limit_error";
            default -> status >= 500 ? "server_error" : "invalid_request_error";
        };
    }

    private static Optional<String> param(Problem problem) {
        return faulted(problem, Fault.UNKNOWN_MODEL)
                ? Optional.of("model")
                : first(problem).map(mistake -> name(Violations.printable(mistake.pointer())));
    }

    private static String code(Problem problem) {
        if (problem instanceof Problem.Unauthorized) {
            return "invalid_api_key";
        }
        if (faulted(problem, Fault.UNKNOWN_MODEL)) {
            return "model_not_found";
        }
        if (faulted(problem, Fault.TOO_LONG)) {
            return "context_length_exceeded";
        }
        return first(problem)
                .map(mistake -> switch (mistake.rule()) {
                    case "required" -> "missing_required_parameter";
                    case "type" -> "invalid_type";
                    case "unsupported" -> "unsupported_parameter";
                    default -> "invalid_value";
                })
                .orElseGet(() -> problem.code().equals("rate_limited") ? "rate_limit_exceeded" : problem.code());
    }

    private static Optional<Violation> first(Problem problem) {
        return problem instanceof Problem.Invalid invalid
                ? invalid.violations().stream().findFirst()
                : Optional.empty();
    }

    /** {@code /messages/0/content} as {@code messages[0].content}. */
    private static String name(String pointer) {
        return pointer.replaceAll("/(\\d+)(?=/|$)", "[$1]")
                .replaceFirst("^/", "")
                .replace('/', '.')
                .replace("~1", "/")
                .replace("~0", "~");
    }

    private static boolean faulted(Problem problem, Fault fault) {
        return problem instanceof ProviderFailed failed && failed.fault() == fault;
    }
}
