package io.parley.contract;

import static java.util.Objects.requireNonNullElse;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Describes a failure as data: sent unchanged over the bus and the cluster, and rendered to clients in one place.
 * Never contains a prompt, a key, a provider's response body or a class name.
 */
public sealed interface Problem extends Message {

    /** The input could not be parsed. {@code code} is stable, {@code detail} is for people. */
    record Malformed(String code, String detail) implements Problem {}

    /** The input was parsed but is invalid; contains every violation found. */
    record Invalid(List<Violation> violations) implements Problem {
        public Invalid {
            violations = List.copyOf(violations);
        }

        /** The same problem with the fields' pointers replaced. */
        public Invalid withPointers(UnaryOperator<String> replacement) {
            return new Invalid(violations.stream()
                    .map(violation -> new Violation(
                            replacement.apply(violation.pointer()), violation.rule(), violation.message()))
                    .toList());
        }
    }

    /** A violation: JSON pointer to the field, the violated rule, and a message. Never contains the value. */
    record Violation(String pointer, String rule, String message) {}

    /** The request was rejected before routing: origin, path, method, media type, size or protocol. */
    record Rejected(RejectionReason reason, String detail) implements Problem {}

    /** Why a request was rejected before its content was examined. */
    enum RejectionReason {
        /** The CORS origin is not allowed. */
        ORIGIN(403, "forbidden"),
        /** No route has this path. */
        ROUTE(404, "not_found"),
        METHOD_NOT_ALLOWED(405),
        NOT_ACCEPTABLE(406),
        REQUEST_TIMEOUT(408),
        PAYLOAD_TOO_LARGE(413),
        URI_TOO_LONG(414),
        UNSUPPORTED_MEDIA_TYPE(415),
        UPGRADE_REQUIRED(426),
        HEADERS_TOO_LARGE(431),
        HTTP_VERSION_NOT_SUPPORTED(505);

        private final int status;
        private final String code;

        RejectionReason(int status) {
            this.status = status;
            this.code = WireName.of(this);
        }

        RejectionReason(int status, String code) {
            this.status = status;
            this.code = code;
        }
    }

    /** No valid credential. Carries no reason, so that a client cannot probe credentials. */
    record Unauthorized() implements Problem {}

    /** The caller is authenticated but lacks a role. */
    record Forbidden(String role) implements Problem {}

    /** The API key may not use the requested model. Does not say which models it may use. */
    record ModelNotAllowed() implements Problem {}

    /** The resource does not exist or belongs to another user; the two cases are indistinguishable. */
    record NotFound() implements Problem {}

    /** The current state does not allow the request. */
    record Conflict(String detail) implements Problem {}

    /** The precondition of the request failed: the resource has changed. */
    record PreconditionFailed() implements Problem {}

    /** Too many requests; {@code retryAfter} is the time until a retry can succeed. */
    record RateLimited(Duration retryAfter) implements Problem {}

    /** The budget of {@code scope} is used up. */
    record BudgetExceeded(String scope) implements Problem {}

    /**
     * A provider call failed.
     * @param retryAfter the retry delay that the provider requested, if any
     * @param rejected what the provider rejected, if it said so
     */
    record ProviderFailed(String provider, Fault fault, Optional<Duration> retryAfter, Rejection rejected)
            implements Problem {

        public ProviderFailed {
            rejected = requireNonNullElse(rejected, Rejection.UNKNOWN);
        }

        public ProviderFailed(String provider, Fault fault, Optional<Duration> retryAfter) {
            this(provider, fault, retryAfter, Rejection.UNKNOWN);
        }
    }

    /**
     * What a provider rejected of a request, in its own terms. Never its free words.
     * @param param the name of the parameter
     * @param code the provider's code
     */
    record Rejection(Optional<String> param, Optional<String> code) {

        /** The provider did not say. */
        public static final Rejection UNKNOWN = new Rejection(Optional.empty(), Optional.empty());
    }

    /** How a provider call failed. */
    enum Fault implements WireName.Named {
        /** The provider rejected the request; a retry cannot succeed. */
        REJECTED("rejected", "provider_rejected", 502, false),
        /** Prompt and answer exceed the context length of the model. */
        TOO_LONG("too_long", "provider_rejected", 502, false),
        /** The provider does not offer the model. */
        UNKNOWN_MODEL("unknown_model", "provider_rejected", 502, false),
        /** The provider rejected the server's credentials; not caused by the client. */
        AUTH("auth", "provider_auth", 502, false),
        /** The server's account at the provider has no quota left. */
        QUOTA("quota", "provider_error", 502, false),
        /** The provider's rate limit was reached. */
        RATE_LIMITED("rate_limited", "rate_limited", 429, true),
        /** The provider is overloaded. */
        OVERLOADED("overloaded", "provider_error", 503, true),
        /** The provider reported an internal error. */
        ERROR("error", "provider_error", 502, true),
        /** The provider could not be reached. */
        UNREACHABLE("unreachable", "provider_error", 502, true),
        /** The answer ended without the provider's end marker. */
        TRUNCATED("cut", "provider_error", 502, true),
        /** The response violates the provider's protocol. */
        PROTOCOL("protocol", "provider_error", 502, true),
        /** The answer exceeded the output limit. */
        OUTPUT_LIMIT("output_limit", "provider_error", 502, false),
        /** The provider accepted the request and did not respond in time. */
        NO_RESPONSE("silent", "provider_timeout", 504, true),
        /** The answer began, then stalled or exceeded its total time. */
        STALLED("stalled", "provider_timeout", 504, true);

        private final String wireName;
        private final String code;
        private final int status;
        private final boolean retryable;

        Fault(String wireName, String code, int status, boolean retryable) {
            this.wireName = wireName;
            this.code = code;
            this.status = status;
            this.retryable = retryable;
        }

        /** The lower-case name sent to clients beside the code: {@code cut}. */
        @Override
        public String wireName() {
            return wireName;
        }
    }

    /** The request cannot be served at the moment; {@code retryAfter} is the suggested retry delay. */
    record Unavailable(Reason reason, Duration retryAfter) implements Problem {}

    /** Why the request cannot be served. */
    enum Reason {
        STORE("store_unavailable"),
        SHUTTING_DOWN("shutting_down"),
        OVERLOADED("overloaded"),
        NO_PROVIDER("provider_error"),
        NO_KEYS("auth_unavailable"),
        UNREACHABLE("internal");

        private final String code;

        Reason(String code) {
            this.code = code;
        }
    }

    /**
     * The request was cancelled. {@code cause} is {@code user} or {@code disconnect}; if the journal cancels a turn, also {@code shutdown},
     * {@code store} (not stored in time) or {@code lost} (the lease). Its detail distinguishes only {@code user} from the others.
     */
    record Cancelled(String cause) implements Problem {}

    /** An internal error; the log entry with the same request id has the details. */
    record Internal() implements Problem {}

    /** The HTTP status code. */
    default int status() {
        return switch (this) {
            case Malformed _ -> 400;
            case Invalid _ -> 422;
            case Rejected rejected -> rejected.reason().status;
            case Unauthorized _ -> 401;
            case Forbidden _, ModelNotAllowed _ -> 403;
            case NotFound _ -> 404;
            case Conflict _ -> 409;
            case PreconditionFailed _ -> 412;
            case RateLimited _ -> 429;
            case BudgetExceeded _ -> 402;
            case ProviderFailed failed -> failed.fault().status;
            case Unavailable _ -> 503;
            case Cancelled _ -> 499;
            case Internal _ -> 500;
        };
    }

    /** Whether the same request may succeed later, unchanged. */
    default boolean retryable() {
        return switch (this) {
            case RateLimited _, Unavailable _ -> true;
            case ProviderFailed failed -> failed.fault().retryable;
            case Malformed _, Invalid _, Rejected _, Unauthorized _ -> false;
            case Forbidden _, ModelNotAllowed _, NotFound _ -> false;
            case Conflict _, PreconditionFailed _, BudgetExceeded _, Cancelled _, Internal _ -> false;
        };
    }

    /** The stable code for programs. */
    default String code() {
        return switch (this) {
            case Malformed malformed -> malformed.code();
            case Invalid _ -> "invalid";
            case Rejected rejected -> rejected.reason().code;
            case Unauthorized _ -> "invalid_token";
            case Forbidden _ -> "forbidden";
            case ModelNotAllowed _ -> "model_not_allowed";
            case NotFound _ -> "not_found";
            case Conflict _ -> "conflict";
            case PreconditionFailed _ -> "stale";
            case RateLimited _ -> "rate_limited";
            case BudgetExceeded _ -> "budget_exceeded";
            case ProviderFailed failed -> failed.fault().code;
            case Unavailable unavailable -> unavailable.reason().code;
            case Cancelled _ -> "cancelled";
            case Internal _ -> "internal";
        };
    }

    /** A message for people, safe to send to clients. */
    default String detail() {
        return switch (this) {
            case Malformed malformed -> malformed.detail();
            case Invalid invalid ->
                invalid.violations().size() == 1
                        ? "one field is invalid"
                        : invalid.violations().size() + " fields are invalid";
            case Rejected rejected -> rejected.detail();
            case Unauthorized _ -> "valid credentials are required";
            case Forbidden forbidden -> "the role " + forbidden.role() + " is required";
            case ModelNotAllowed _ -> "this API key may not use the requested model";
            case NotFound _ -> "not found or not accessible";
            case Conflict conflict -> conflict.detail();
            case PreconditionFailed _ -> "the resource has changed since it was read";
            case RateLimited _ -> "too many requests; try again later";
            case BudgetExceeded exceeded -> "the budget of " + exceeded.scope() + " is used up";
            case ProviderFailed failed -> failed.provider() + ": " + message(failed.fault());
            case Unavailable unavailable -> message(unavailable.reason());
            case Cancelled cancelled -> "cancelled by the " + (cancelled.cause().equals("user") ? "user" : "client");
            case Internal _ -> "internal server error";
        };
    }

    /** The delay before a retry, if a retry can succeed. */
    default Optional<Duration> retryDelay() {
        return switch (this) {
            case RateLimited limited -> Optional.of(limited.retryAfter());
            case Unavailable unavailable -> Optional.of(unavailable.retryAfter());
            case ProviderFailed failed -> failed.retryAfter();
            case Malformed _, Invalid _, Rejected _, Unauthorized _ -> Optional.empty();
            case Forbidden _, ModelNotAllowed _, NotFound _ -> Optional.empty();
            case Conflict _, PreconditionFailed _, BudgetExceeded _, Cancelled _, Internal _ -> Optional.empty();
        };
    }

    default ProblemException toException() {
        return new ProblemException(this);
    }

    /** The problem that {@code cause} carries; {@link Internal} for any other exception. */
    static Problem of(Throwable cause) {
        return cause instanceof ProblemException carrier ? carrier.problem() : new Internal();
    }

    private static String message(Fault fault) {
        return switch (fault) {
            case REJECTED -> "the provider rejected the request";
            case TOO_LONG -> "the prompt exceeds the context length of the model";
            case UNKNOWN_MODEL -> "the provider does not offer this model";
            case AUTH -> "the provider rejected the server's credentials";
            case QUOTA -> "the server's quota at the provider is exhausted";
            case RATE_LIMITED -> "the rate limit of the provider is reached";
            case OVERLOADED -> "the provider is overloaded";
            case ERROR -> "the provider reported an internal error";
            case UNREACHABLE -> "the provider cannot be reached";
            case TRUNCATED -> "the answer ended before it was complete";
            case PROTOCOL -> "the provider sent an invalid response";
            case OUTPUT_LIMIT -> "the answer exceeded the output limit";
            case NO_RESPONSE -> "the provider did not respond in time";
            case STALLED -> "the answer was not completed in time";
        };
    }

    private static String message(Reason reason) {
        return switch (reason) {
            case STORE -> "the store is unavailable";
            case SHUTTING_DOWN -> "the server is shutting down";
            case OVERLOADED -> "the server is overloaded";
            case NO_PROVIDER -> "no provider is available";
            case NO_KEYS -> "the token verification keys are unavailable";
            case UNREACHABLE -> "a component of the server did not respond";
        };
    }
}
