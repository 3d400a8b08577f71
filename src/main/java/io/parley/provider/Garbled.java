package io.parley.provider;

/** Signals that a provider violated its protocol; the message contains no conversation text. */
final class Garbled extends RuntimeException {

    private final String what;

    Garbled(String what) {
        super(what, null, false, false);
        this.what = what;
    }

    String what() {
        return what;
    }
}
