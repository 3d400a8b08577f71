package io.parley.contract;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What went wrong, as data: it crosses the bus and the cluster unchanged and is rendered in one place. No problem ever carries a
 * prompt, a key, a vendor's body or a class name.
 */
public sealed interface Problem extends Message {

    /** The input could not even be parsed. {@code code} is stable, {@code detail} is for people. */
    record Malformed(String code, String detail) implements Problem {}

    /** The input was understood and is wrong; every mistake at once. */
    record Invalid(List<Violation> violations) implements Problem {
        public Invalid {
            violations = List.copyOf(violations);
        }
    }

    /** One mistake: a JSON pointer to where, the rule that is broken, and words. Never the value itself. */
    record Violation(String pointer, String rule, String message) {}

    /** The request never reached a route: origin, path, method, media type, size, protocol. */
    record Refused(Refusal refusal, String detail) implements Problem {}

    /** Why a request is refused before anybody looks at what it asks. */
    enum Refusal {
        /** Its page is of an origin that was not let in. */
        ORIGIN(403, "forbidden"),
        /** Nothing is served at such a path. */
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

        Refusal(int status) {
            this.status = status;
            this.code = name().toLowerCase(Locale.ROOT);
        }

        Refusal(int status, String code) {
            this.status = status;
            this.code = code;
        }
    }

    /** Nobody we know. The same words for every reason. */
    record Unauthorized() implements Problem {}

    /** Known, but the role is missing. */
    record Forbidden(String role) implements Problem {}

    /** The API key may not use the requested model. Does not say which models it may use. */
    record ModelNotAllowed() implements Problem {}

    /** Missing, or not yours: nobody can tell which. */
    record NotFound() implements Problem {}

    /** The state of things does not allow it. */
    record Conflict(String detail) implements Problem {}

    /** What the caller knows of it is out of date. */
    record Stale() implements Problem {}

    /** Too fast; {@code pause} says when it is worth another try. */
    record RateLimited(Duration pause) implements Problem {}

    /** The money of {@code scope} is spent. */
    record BudgetExceeded(String scope) implements Problem {}

    /** A vendor failed. {@code pause} is what the vendor asked us to wait. */
    record VendorFailed(String vendor, Fault fault, Optional<Duration> pause) implements Problem {}

    /** What a vendor did. */
    enum Fault {
        /** It refused our request: repeating it is useless. */
        REJECTED("provider_rejected", 502, false),
        /** The prompt and its answer are more than the model can hold. */
        TOO_LONG("provider_rejected", 502, false),
        /** It does not have the model. */
        UNKNOWN_MODEL("provider_rejected", 502, false),
        /** It does not accept our key. Never the client's fault. */
        AUTH("provider_auth", 502, false),
        /** Our account with it has nothing left. */
        QUOTA("provider_error", 502, false),
        /** It asks us to slow down. */
        RATE_LIMITED("rate_limited", 429, true),
        /** It has too much to do. */
        OVERLOADED("provider_error", 503, true),
        /** It failed inside. */
        ERROR("provider_error", 502, true),
        /** It cannot be reached. */
        UNREACHABLE("provider_error", 502, true),
        /** It stopped in mid-answer, without its own end mark. */
        CUT("provider_error", 502, true),
        /** It said what its protocol does not know. */
        PROTOCOL("provider_error", 502, true),
        /** It went on beyond every limit. */
        OUTPUT_LIMIT("provider_error", 502, false),
        /** It took the request and never answered. */
        SILENT("provider_timeout", 504, true),
        /** It began to answer and then fell silent, or never came to an end. */
        STALLED("provider_timeout", 504, true);

        private final String code;
        private final int status;
        private final boolean retryable;

        Fault(String code, int status, boolean retryable) {
            this.code = code;
            this.status = status;
            this.retryable = retryable;
        }

        /** As written outward, beside the code: {@code cut}. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** We cannot, just now. */
    record Unavailable(Reason reason, Duration pause) implements Problem {}

    /** Why we cannot. */
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

    /** Given up by the client. {@code cause} is {@code user} or {@code disconnect}. */
    record Cancelled(String cause) implements Problem {}

    /** Our own mistake; the log of the same request id says more. */
    record Internal() implements Problem {}

    /** The HTTP status that says it. */
    default int status() {
        return switch (this) {
            case Malformed _ -> 400;
            case Invalid _ -> 422;
            case Refused refused -> refused.refusal().status;
            case Unauthorized _ -> 401;
            case Forbidden _, ModelNotAllowed _ -> 403;
            case NotFound _ -> 404;
            case Conflict _ -> 409;
            case Stale _ -> 412;
            case RateLimited _ -> 429;
            case BudgetExceeded _ -> 402;
            case VendorFailed failed -> failed.fault().status;
            case Unavailable _ -> 503;
            case Cancelled _ -> 499;
            case Internal _ -> 500;
        };
    }

    /** Whether the same request may succeed later, without being changed. */
    default boolean retryable() {
        return switch (this) {
            case RateLimited _, Unavailable _ -> true;
            case VendorFailed failed -> failed.fault().retryable;
            case Malformed _, Invalid _, Refused _, Unauthorized _ -> false;
            case Forbidden _, ModelNotAllowed _, NotFound _ -> false;
            case Conflict _, Stale _, BudgetExceeded _, Cancelled _, Internal _ -> false;
        };
    }

    /** The stable name that programs switch on. */
    default String code() {
        return switch (this) {
            case Malformed malformed -> malformed.code();
            case Invalid _ -> "invalid";
            case Refused refused -> refused.refusal().code;
            case Unauthorized _ -> "invalid_token";
            case Forbidden _ -> "forbidden";
            case ModelNotAllowed _ -> "model_not_allowed";
            case NotFound _ -> "not_found";
            case Conflict _ -> "conflict";
            case Stale _ -> "stale";
            case RateLimited _ -> "rate_limited";
            case BudgetExceeded _ -> "budget_exceeded";
            case VendorFailed failed -> failed.fault().code;
            case Unavailable unavailable -> unavailable.reason().code;
            case Cancelled _ -> "cancelled";
            case Internal _ -> "internal";
        };
    }

    /** Safe words for people. */
    default String detail() {
        return switch (this) {
            case Malformed malformed -> malformed.detail();
            case Invalid invalid ->
                invalid.violations().size() == 1
                        ? "one value is not acceptable"
                        : invalid.violations().size() + " values are not acceptable";
            case Refused refused -> refused.detail();
            case Unauthorized _ -> "a valid credential is needed";
            case Forbidden forbidden -> "the role " + forbidden.role() + " is needed";
            case ModelNotAllowed _ -> "this API key may not use the requested model";
            case NotFound _ -> "it does not exist or is not yours";
            case Conflict conflict -> conflict.detail();
            case Stale _ -> "it has changed in the meantime";
            case RateLimited _ -> "too many requests; try again later";
            case BudgetExceeded exceeded -> "the budget of " + exceeded.scope() + " is spent";
            case VendorFailed failed -> failed.vendor() + ": " + words(failed.fault());
            case Unavailable unavailable -> words(unavailable.reason());
            case Cancelled cancelled -> "given up by the " + (cancelled.cause().equals("user") ? "user" : "client");
            case Internal _ -> "something went wrong on our side";
        };
    }

    /** How long to wait before another try, when there is something to wait for. */
    default Optional<Duration> retryAfter() {
        return switch (this) {
            case RateLimited limited -> Optional.of(limited.pause());
            case Unavailable unavailable -> Optional.of(unavailable.pause());
            case VendorFailed failed -> failed.pause();
            case Malformed _, Invalid _, Refused _, Unauthorized _ -> Optional.empty();
            case Forbidden _, ModelNotAllowed _, NotFound _ -> Optional.empty();
            case Conflict _, Stale _, BudgetExceeded _, Cancelled _, Internal _ -> Optional.empty();
        };
    }

    default ProblemException toException() {
        return new ProblemException(this);
    }

    /** The problem that {@code cause} carries; anything else is our own mistake. */
    static Problem of(Throwable cause) {
        return cause instanceof ProblemException known ? known.problem() : new Internal();
    }

    private static String words(Fault fault) {
        return switch (fault) {
            case REJECTED -> "the vendor refused the request";
            case TOO_LONG -> "the prompt is longer than the model can take";
            case UNKNOWN_MODEL -> "the vendor does not have this model";
            case AUTH -> "the vendor did not accept the server's credentials";
            case QUOTA -> "the server's account with the vendor is exhausted";
            case RATE_LIMITED -> "the vendor asks to slow down";
            case OVERLOADED -> "the vendor is overloaded";
            case ERROR -> "the vendor failed";
            case UNREACHABLE -> "the vendor cannot be reached";
            case CUT -> "the answer was cut before its end";
            case PROTOCOL -> "the vendor's answer could not be understood";
            case OUTPUT_LIMIT -> "the answer went beyond its limit";
            case SILENT -> "the vendor did not answer in time";
            case STALLED -> "the answer fell silent";
        };
    }

    private static String words(Reason reason) {
        return switch (reason) {
            case STORE -> "the store cannot be reached";
            case SHUTTING_DOWN -> "the server is shutting down";
            case OVERLOADED -> "the server has too much to do";
            case NO_PROVIDER -> "no vendor is usable";
            case NO_KEYS -> "the keys that tokens are verified with cannot be reached";
            case UNREACHABLE -> "a part of the server did not answer";
        };
    }
}
