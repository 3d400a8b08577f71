package io.parley.http.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Problem.ProviderFailed;
import io.parley.contract.Problem.Rejection;
import io.parley.contract.Problem.Violation;
import io.parley.http.server.BaseUrlHint;
import io.parley.http.server.ErrorFormat;
import io.parley.json.Violations;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/** Writes problems in OpenAI's error format, as a response or within a stream. */
public final class OpenAiErrors implements ErrorFormat {

    @Override
    public boolean covers(String path) {
        return path.startsWith("/v1/") || BaseUrlHint.of(path).isPresent();
    }

    /** Errors caused by the client's parameters are client errors, also when the provider reports them. */
    @Override
    public int status(Problem problem) {
        if (problem instanceof Problem.Invalid
                || hasFault(problem, Fault.REJECTED)
                || hasFault(problem, Fault.TOO_LONG)) {
            return 400;
        }
        return hasFault(problem, Fault.UNKNOWN_MODEL) ? 404 : problem.status();
    }

    @Override
    public void addHeaders(HttpServerResponse response, Problem problem, String requestId) {
        response.putHeader(
                "x-should-retry", Boolean.toString(problem.retryable())); // overrides the SDKs' own retry rules
    }

    /** {@code param} and {@code code} are always present, possibly null; {@code error} is never null. */
    @Override
    public ObjectNode body(Problem problem, String requestId) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("error")
                .put("message", message(problem))
                .put("type", errorType(problem))
                .put("param", param(problem).orElse(null))
                .put("code", code(problem));
        return body;
    }

    private static String message(Problem problem) {
        Optional<String> rejected = rejection(problem).param();
        if (rejected.isPresent()) {
            return "Invalid '" + rejected.get() + "': " + problem.detail() + ".";
        }
        return firstViolation(problem)
                .map(violation -> "Invalid '" + fieldPath(Violations.printable(violation.pointer())) + "': "
                        + violation.message() + ".")
                .orElseGet(problem::detail);
    }

    private String errorType(Problem problem) {
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
        return hasFault(problem, Fault.UNKNOWN_MODEL)
                ? Optional.of("model")
                : firstViolation(problem)
                        .map(violation -> fieldPath(Violations.printable(violation.pointer())))
                        .or(() -> rejection(problem).param());
    }

    /** What the provider rejected of the client's request. */
    private static Rejection rejection(Problem problem) {
        return problem instanceof ProviderFailed failed ? failed.rejected() : Rejection.UNKNOWN;
    }

    private static String code(Problem problem) {
        if (problem instanceof Problem.Unauthorized) {
            return "invalid_api_key";
        }
        if (hasFault(problem, Fault.UNKNOWN_MODEL)) {
            return "model_not_found";
        }
        if (hasFault(problem, Fault.TOO_LONG)) {
            return "context_length_exceeded";
        }
        return firstViolation(problem)
                .map(violation -> switch (violation.rule()) {
                    case "required" -> "missing_required_parameter";
                    case "type" -> "invalid_type";
                    case "unsupported" -> "unsupported_parameter";
                    default -> "invalid_value";
                })
                .or(() -> rejection(problem).code())
                .orElseGet(() -> problem.code().equals("rate_limited") ? "rate_limit_exceeded" : problem.code());
    }

    private static Optional<Violation> firstViolation(Problem problem) {
        return problem instanceof Problem.Invalid invalid
                ? invalid.violations().stream().findFirst()
                : Optional.empty();
    }

    /** Converts {@code /messages/0/content} to {@code messages[0].content}. */
    private static String fieldPath(String pointer) {
        return pointer.replaceAll("/(\\d+)(?=/|$)", "[$1]")
                .replaceFirst("^/", "")
                .replace('/', '.')
                .replace("~1", "/")
                .replace("~0", "~");
    }

    private static boolean hasFault(Problem problem, Fault fault) {
        return problem instanceof ProviderFailed failed && failed.fault() == fault;
    }
}
