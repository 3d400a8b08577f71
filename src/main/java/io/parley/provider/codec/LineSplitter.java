package io.parley.provider.codec;

import java.util.Arrays;

/**
 * Splits bytes into lines, which end with LF, CR or CRLF. A line within one read is passed on without copying; only an incomplete line is copied. Does not decode
 * characters, so none can be split.
 */
final class LineSplitter {

    /** The maximum length of a line, in bytes. */
    static final int MAX_LINE_BYTES = 1024 * 1024;

    private final LineHandler handler;
    private byte[] buffer = new byte[0];
    private int buffered;
    private boolean afterReturn;

    /** @param handler receives each line, without its line end */
    LineSplitter(LineHandler handler) {
        this.handler = handler;
    }

    void feed(byte[] bytes) {
        int from = 0;
        for (int at = 0; at < bytes.length; at++) {
            byte next = bytes[at];
            if (next == '\n' && afterReturn && at == from && buffered == 0) {
                from++; // second byte of a CRLF
                afterReturn = false;
            } else if (next == '\n' || next == '\r') {
                afterReturn = next == '\r';
                line(bytes, from, at);
                from = at + 1;
            }
        }
        append(bytes, from, bytes.length);
    }

    /** Ends the input; an incomplete line becomes the last line. */
    void end() {
        if (buffered > 0) {
            int length = buffered;
            buffered = 0;
            handler.line(buffer, 0, length);
        }
    }

    private void line(byte[] bytes, int from, int to) {
        if (buffered == 0) {
            check(to - from);
            handler.line(bytes, from, to);
        } else {
            append(bytes, from, to);
            end();
        }
    }

    private void append(byte[] bytes, int from, int to) {
        int length = to - from;
        check(buffered + length);
        if (buffered + length > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.min(MAX_LINE_BYTES, Math.max(512, 2 * (buffered + length))));
        }
        System.arraycopy(bytes, from, buffer, buffered, length);
        buffered += length;
    }

    private static void check(int length) {
        if (length > MAX_LINE_BYTES) {
            throw new ProtocolException("a line is longer than " + MAX_LINE_BYTES + " bytes");
        }
    }

    /** Receives a line as the bytes {@code [from, to)}, which are valid only during the call. */
    @FunctionalInterface
    interface LineHandler {
        void line(byte[] bytes, int from, int to);
    }
}
