package io.parley.provider;

/** A vendor said what its protocol does not know; the message says what, without a word of the content. */
final class Garbled extends RuntimeException {

    Garbled(String message) {
        super(message, null, false, false);
    }
}
