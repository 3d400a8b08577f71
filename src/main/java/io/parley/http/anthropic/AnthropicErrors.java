package io.parley.http.anthropic;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Problem.RejectionReason;
import io.parley.contract.WireName;
import io.parley.http.server.BaseUrlHint;
import io.parley.http.server.ErrorFormat;
import io.parley.json.Violations;
import io.vertx.core.http.HttpServerResponse;
import java.util.stream.Collectors;

/** Writes problems in Anthropic's error format, as a response or within a stream. */
public final class AnthropicErrors implements ErrorFormat {

    private static final String REQUEST_ID = "request-id";
    private static final int OVERLOADED = 529;
    private static final int MAX_VIOLATIONS = 20;

    private enum Type {
        INVALID_REQUEST_ERROR,
        AUTHENTICATION_ERROR,
        BILLING_ERROR,
        PERMISSION_ERROR,
        NOT_FOUND_ERROR,
        REQUEST_TOO_LARGE,
        RATE_LIMIT_ERROR,
        API_ERROR,
        TIMEOUT_ERROR,
        OVERLOADED_ERROR
    }

    @Override
    public boolean covers(String path) {
        return path.startsWith(AnthropicRoutes.ROOT)
                || BaseUrlHint.of(path).filter(BaseUrlHint::anthropic).isPresent();
    }

    @Override
    public int status(Problem problem) {
        return switch (type(problem)) {
            case INVALID_REQUEST_ERROR -> problem instanceof Problem.Rejected ? problem.status() : 400;
            case OVERLOADED_ERROR -> OVERLOADED;
            case NOT_FOUND_ERROR -> 404;
            case AUTHENTICATION_ERROR, BILLING_ERROR, PERMISSION_ERROR -> problem.status();
            case REQUEST_TOO_LARGE, RATE_LIMIT_ERROR, API_ERROR, TIMEOUT_ERROR -> problem.status();
        };
    }

    @Override
    public void addHeaders(HttpServerResponse response, Problem problem, String requestId) {
        addRequestId(response, requestId);
        response.putHeader(
                "x-should-retry", Boolean.toString(problem.retryable())); // overrides the SDKs' own retry rules
    }

    /** Adds the header {@code request-id}, which Anthropic's SDKs read, also on successful responses. */
    static void addRequestId(HttpServerResponse response, String requestId) {
        response.putHeader(REQUEST_ID, requestId);
    }

    /** Also used for error events within a stream. */
    @Override
    public ObjectNode body(Problem problem, String requestId) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("type", "error");
        body.putObject("error").put("type", typeName(problem)).put("message", message(problem));
        return body.put("request_id", requestId);
    }

    private static String typeName(Problem problem) {
        return WireName.of(type(problem));
    }

    private static Type type(Problem problem) {
        return switch (problem) {
            case Problem.Malformed _, Problem.Invalid _, Problem.Conflict _, Problem.PreconditionFailed _ ->
                Type.INVALID_REQUEST_ERROR;
            case Problem.Rejected rejected -> type(rejected.reason());
            case Problem.Unauthorized _ -> Type.AUTHENTICATION_ERROR;
            case Problem.Forbidden _, Problem.ModelNotAllowed _ -> Type.PERMISSION_ERROR;
            case Problem.NotFound _ -> Type.NOT_FOUND_ERROR;
            case Problem.RateLimited _ -> Type.RATE_LIMIT_ERROR;
            case Problem.BudgetExceeded _ -> Type.BILLING_ERROR;
            case Problem.ProviderFailed failed -> type(failed.fault());
            case Problem.Unavailable unavailable ->
                unavailable.reason() == Problem.Reason.OVERLOADED ? Type.OVERLOADED_ERROR : Type.API_ERROR;
            case Problem.Cancelled _, Problem.Internal _ -> Type.API_ERROR;
        };
    }

    private static Type type(RejectionReason reason) {
        return switch (reason) {
            case PAYLOAD_TOO_LARGE -> Type.REQUEST_TOO_LARGE;
            case ORIGIN -> Type.PERMISSION_ERROR;
            case ROUTE -> Type.NOT_FOUND_ERROR;
            case METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, REQUEST_TIMEOUT, URI_TOO_LONG, UNSUPPORTED_MEDIA_TYPE ->
                Type.INVALID_REQUEST_ERROR;
            case UPGRADE_REQUIRED, HEADERS_TOO_LARGE, HTTP_VERSION_NOT_SUPPORTED -> Type.INVALID_REQUEST_ERROR;
        };
    }

    private static Type type(Fault fault) {
        return switch (fault) {
            case REJECTED, TOO_LONG ->
                Type.INVALID_REQUEST_ERROR; // caused by the client's parameters, which are passed to the provider
            // as they are
            case UNKNOWN_MODEL -> Type.NOT_FOUND_ERROR;
            case RATE_LIMITED -> Type.RATE_LIMIT_ERROR;
            case OVERLOADED -> Type.OVERLOADED_ERROR;
            case NO_RESPONSE, STALLED -> Type.TIMEOUT_ERROR;
            case AUTH, QUOTA, ERROR, UNREACHABLE, TRUNCATED, PROTOCOL, OUTPUT_LIMIT -> Type.API_ERROR;
        };
    }

    /** Prefixes each violation with its field, as Anthropic does: {@code messages.0.content: must be given}. */
    private static String message(Problem problem) {
        if (problem instanceof Problem.ProviderFailed failed
                && failed.rejected().param().isPresent()) {
            return failed.rejected().param().get() + ": " + problem.detail();
        }
        if (!(problem instanceof Problem.Invalid invalid)) {
            return problem.detail();
        }
        return invalid.violations().stream()
                .limit(MAX_VIOLATIONS)
                .map(violation -> path(Violations.printable(violation.pointer())) + violation.message())
                .collect(Collectors.joining("; "));
    }

    private static String path(String pointer) {
        return pointer.isEmpty() ? "" : pointer.substring(1).replace('/', '.') + ": ";
    }
}
