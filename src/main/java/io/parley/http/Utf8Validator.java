package io.parley.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;

/** Whether bytes that arrive in pieces, cut anywhere, are UTF-8; says so with the very piece that is not. */
final class Utf8Validator {

    private static final int MOST_AT_ONCE = 4096;

    private final CharsetDecoder decoder = UTF_8.newDecoder();
    private byte[] rest = {};

    /** Whether all is well with {@code piece} too; {@code last} ends the text, the next piece begins another. */
    boolean goesOn(byte[] piece, boolean last) {
        ByteBuffer in = ByteBuffer.allocate(rest.length + piece.length);
        in.put(rest).put(piece).flip();
        CharBuffer away = CharBuffer.allocate(Math.min(MOST_AT_ONCE, in.remaining() + 1));
        CoderResult result;
        do {
            result = decoder.decode(in, away.clear(), last);
        } while (result.isOverflow());
        rest = new byte[in.remaining()];
        in.get(rest);
        if (last) {
            decoder.reset();
        }
        return !result.isError();
    }
}
