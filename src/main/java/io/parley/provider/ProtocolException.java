package io.parley.provider;

/** Signals that a provider violated its protocol; the message contains no conversation text. */
final class ProtocolException extends RuntimeException {

    private final String detail;

    ProtocolException(String detail) {
        super(detail, null, false, false);
        this.detail = detail;
    }

    String detail() {
        return detail;
    }
}
