package io.parley.provider.codec;

/** Signals that a provider violated its protocol; the message contains no conversation text. */
public final class ProtocolException extends RuntimeException {

    private final String detail;

    public ProtocolException(String detail) {
        super(detail, null, false, false);
        this.detail = detail;
    }

    public String detail() {
        return detail;
    }
}
