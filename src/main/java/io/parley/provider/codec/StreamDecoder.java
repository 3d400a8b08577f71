package io.parley.provider.codec;

/** Decodes the bytes of a stream, split at any position, into complete frames. */
public interface StreamDecoder {

    /** Decodes the bytes of one read. Throws {@link ProtocolException} if a line or frame exceeds the maximum length. */
    void feed(byte[] bytes);

    /** Ends a cleanly closed stream: a rest without a final line break counts as a frame. */
    void end();
}
