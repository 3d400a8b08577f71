package io.parley.provider;

/** Signals that a provider violated its protocol; the message contains no conversation text. */
final class ProtocolException extends RuntimeException {

    private final String what;

    ProtocolException(String what) {
        super(what, null, false, false);
        this.what = what;
    }

    String what() {
        return what;
    }
}
