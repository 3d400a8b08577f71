package io.parley.provider;

/** A vendor said what its protocol does not know; the message says what, without a word of the content. */
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
