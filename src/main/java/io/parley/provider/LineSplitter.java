package io.parley.provider;

import java.util.Arrays;

/**
 * Splits bytes into lines. A line within one read is passed on without copying; only an incomplete line is copied. Does not decode
 * characters, so none can be split.
 */
final class LineSplitter {

    /** The maximum length of a line, in bytes. */
    static final int LIMIT = 256 * 1024;

    private final boolean bareReturns;
    private final LineHandler taker;
    private byte[] held = new byte[0];
    private int holding;
    private boolean afterReturn;

    /**
     * @param bareReturns whether CR and CRLF also end a line, as in SSE; otherwise only LF does
     * @param taker receives each line, without its line end
     */
    LineSplitter(boolean bareReturns, LineHandler taker) {
        this.bareReturns = bareReturns;
        this.taker = taker;
    }

    void feed(byte[] bytes) {
        int from = 0;
        for (int at = 0; at < bytes.length; at++) {
            byte next = bytes[at];
            if (next == '\n' && afterReturn && at == from && holding == 0) {
                from++; // second byte of a CRLF
                afterReturn = false;
            } else if (next == '\n' || (next == '\r' && bareReturns)) {
                afterReturn = next == '\r';
                line(bytes, from, at);
                from = at + 1;
            }
        }
        hold(bytes, from, bytes.length);
    }

    /** Ends the input; an incomplete line becomes the last line. */
    void end() {
        if (holding > 0) {
            int length = holding;
            holding = 0;
            taker.line(held, 0, length);
        }
    }

    private void line(byte[] bytes, int from, int to) {
        if (holding == 0) {
            check(to - from);
            taker.line(bytes, from, to);
        } else {
            hold(bytes, from, to);
            end();
        }
    }

    private void hold(byte[] bytes, int from, int to) {
        int length = to - from;
        check(holding + length);
        if (holding + length > held.length) {
            held = Arrays.copyOf(held, Math.min(LIMIT, Math.max(512, 2 * (holding + length))));
        }
        System.arraycopy(bytes, from, held, holding, length);
        holding += length;
    }

    private static void check(int length) {
        if (length > LIMIT) {
            throw new ProtocolException("a line is longer than " + LIMIT + " bytes");
        }
    }

    /** Receives a line as the bytes {@code [from, to)}, which are valid only during the call. */
    @FunctionalInterface
    interface LineHandler {
        void line(byte[] bytes, int from, int to);
    }
}
