package io.parley.simulator;

import java.util.Optional;

/** Why a simulated API refuses a request; each format writes it in its own way. */
final class SimulatedError extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;
    private final String param;

    SimulatedError(int status, String code, String param, String message) {
        super(message);
        this.status = status;
        this.code = code;
        this.param = param;
    }

    static SimulatedError bad(String param, String message) {
        return new SimulatedError(400, "", param, message);
    }

    int status() {
        return status;
    }

    Optional<String> code() {
        return Optional.of(code).filter(text -> !text.isEmpty());
    }

    Optional<String> param() {
        return Optional.of(param).filter(text -> !text.isEmpty());
    }

    String message() {
        return String.valueOf(getMessage());
    }
}
