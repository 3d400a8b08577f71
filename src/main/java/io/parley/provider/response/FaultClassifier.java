package io.parley.provider.response;

import io.parley.contract.Problem.Fault;

/** Classifies failures by HTTP status and error codes. Error codes take precedence over an ambiguous status. */
public final class FaultClassifier {

    private FaultClassifier() {}

    /** The fault of a response with a status other than 200. */
    public static Fault of(int status, ProviderErrorBody error) {
        if (isQuota(error)) {
            return Fault.QUOTA;
        }
        if (status < 500 && error.code().equals("context_length_exceeded")) {
            return Fault.TOO_LONG;
        }
        return switch (status) {
            case 401, 403 -> Fault.AUTH;
            case 402 -> Fault.QUOTA;
            case 429 -> Fault.RATE_LIMITED;
            case 503, 529 -> Fault.OVERLOADED;
            case 404 -> Fault.UNKNOWN_MODEL;
            case 408, 409 -> Fault.ERROR;
            default -> status >= 500 ? byName(error, Fault.ERROR) : status >= 400 ? Fault.REJECTED : Fault.PROTOCOL;
        };
    }

    /** The fault of an error inside a stream with status 200. */
    static Fault of(ProviderErrorBody error) {
        if (isQuota(error)) {
            return Fault.QUOTA;
        }
        int status = status(error.code());
        return status >= 400 ? of(status, error) : byName(error, Fault.ERROR);
    }

    private static Fault byName(ProviderErrorBody error, Fault defaultFault) {
        Fault byCode = byName(error.code(), defaultFault);
        return byCode == defaultFault ? byName(error.type(), defaultFault) : byCode;
    }

    private static Fault byName(String name, Fault defaultFault) {
        return switch (name) {
            case "overloaded_error", "overloaded", "slow_down", "server_overloaded", "UNAVAILABLE" -> Fault.OVERLOADED;
            case "rate_limit_error", "rate_limit_exceeded", "requests", "tokens", "RESOURCE_EXHAUSTED" ->
                Fault.RATE_LIMITED;
            case "authentication_error", "permission_error", "invalid_api_key" -> Fault.AUTH;
            case "billing_error" -> Fault.QUOTA;
            case "model_not_found", "not_found_error" -> Fault.UNKNOWN_MODEL;
            case "context_length_exceeded" -> Fault.TOO_LONG;
            case "invalid_request_error", "invalid_prompt" -> Fault.REJECTED;
            default -> defaultFault;
        };
    }

    private static boolean isQuota(ProviderErrorBody error) {
        return isQuota(error.code()) || isQuota(error.type()) || isQuota(error.detail());
    }

    private static boolean isQuota(String name) {
        return switch (name) {
            case "insufficient_quota",
                    "billing_hard_limit_reached",
                    "billing_not_active",
                    "billing_error",
                    "contract_spend_limit_reached",
                    "enforced_spend_limit_reached" -> true;
            default -> false;
        };
    }

    /** The status, if it is given as the error code, as it is by some OpenAI-compatible servers; otherwise 0. */
    private static int status(String code) {
        return code.length() == 3 && code.chars().allMatch(Character::isDigit) ? Integer.parseInt(code) : 0;
    }
}
