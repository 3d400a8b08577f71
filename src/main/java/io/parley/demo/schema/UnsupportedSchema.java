package io.parley.demo.schema;

/** Signals that the demo provider has no answer for a JSON schema; the message says why, for the client. */
public final class UnsupportedSchema extends RuntimeException {

    private final String detail;

    UnsupportedSchema(String detail) {
        super(detail, null, false, false);
        this.detail = detail;
    }

    public String detail() {
        return detail;
    }
}
