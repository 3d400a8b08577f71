package io.parley.demo;

import java.util.Optional;

/** Signals a request that the demo provider refuses; the message is for the client. */
final class InvalidRequest extends RuntimeException {

    private final String detail;
    private final String param;

    /** @param param the parameter that is wrong; empty if it is the whole body */
    InvalidRequest(String param, String detail) {
        super(detail, null, false, false);
        this.param = param;
        this.detail = detail;
    }

    String detail() {
        return detail;
    }

    Optional<String> param() {
        return param.isEmpty() ? Optional.empty() : Optional.of(param);
    }
}
