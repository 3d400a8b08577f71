package io.parley.http.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;

/** Validates UTF-8 that arrives in pieces, split at any byte. Fails at the first piece that contains malformed input. */
final class Utf8Validator {

    private static final int MAX_CHUNK = 4096;

    private final CharsetDecoder decoder = UTF_8.newDecoder();
    private byte[] pending = {};

    /** Whether {@code piece} continues valid UTF-8; after {@code last}, the next piece starts a new text. */
    boolean accepts(byte[] piece, boolean last) {
        ByteBuffer input = ByteBuffer.allocate(pending.length + piece.length);
        input.put(pending).put(piece).flip();
        CharBuffer discarded = CharBuffer.allocate(Math.min(MAX_CHUNK, input.remaining() + 1));
        CoderResult result;
        do {
            result = decoder.decode(input, discarded.clear(), last);
        } while (result.isOverflow());
        pending = new byte[input.remaining()];
        input.get(pending);
        if (last) {
            decoder.reset();
        }
        return !result.isError();
    }
}
