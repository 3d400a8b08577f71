package io.parley.demo;

/** Signals that the demo provider has no answer for a JSON schema; the message says why, for the client. */
final class UnsupportedSchema extends RuntimeException {

    private final String detail;

    UnsupportedSchema(String detail) {
        super(detail, null, false, false);
        this.detail = detail;
    }

    String detail() {
        return detail;
    }
}
