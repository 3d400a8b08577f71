package io.parley.provider;

/** Bytes in, however they were cut; whole frames out. */
interface Decoder {

    /** Take what one read of the socket brought. Throws {@link Garbled} when a line or frame is longer than any honest one. */
    void feed(byte[] bytes);

    /** The stream ended cleanly: what is left without its last line break is a frame too. */
    void end();
}
