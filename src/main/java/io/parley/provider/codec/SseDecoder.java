package io.parley.provider.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.function.Consumer;

/**
 * Decodes server-sent events as WHATWG specifies, except that a last event without its blank line is kept, and that a line of bare JSON,
 * as some servers write for an error in the middle of a stream, is an event. Ignores comments, {@code id} and {@code retry}.
 */
public final class SseDecoder implements StreamDecoder {

    private final Consumer<Frame> frames;
    private final LineSplitter lines = new LineSplitter(this::line);
    private final StringBuilder moreData = new StringBuilder();
    private String event = "";
    private String data = "";
    private boolean hasData;
    private boolean started;

    public SseDecoder(Consumer<Frame> frames) {
        this.frames = frames;
    }

    @Override
    public void feed(byte[] bytes) {
        lines.feed(bytes);
    }

    @Override
    public void end() {
        lines.end();
        dispatch();
    }

    private void line(byte[] bytes, int from, int to) {
        int start = started ? from : afterByteOrderMark(bytes, from, to);
        started = true;
        if (start == to) {
            dispatch();
            return;
        }
        if (bytes[start] == '{' && bytes[to - 1] == '}') {
            frames.accept(new Frame("", new String(bytes, start, to - start, UTF_8)));
            return;
        }
        int colon = start;
        while (colon < to && bytes[colon] != ':') {
            colon++;
        }
        int value = colon + 1 < to && bytes[colon + 1] == ' ' ? colon + 2 : Math.min(to, colon + 1);
        if (is("data", bytes, start, colon)) {
            data(new String(bytes, value, to - value, UTF_8));
        } else if (is("event", bytes, start, colon)) {
            event = new String(bytes, value, to - value, UTF_8);
        }
    }

    private void data(String value) {
        if (!hasData) {
            data = value; // usually the only line, so it is not copied again
            hasData = true;
            return;
        }
        if (data.length() + moreData.length() + value.length() >= LineSplitter.MAX_LINE_BYTES) {
            throw new ProtocolException("an event is longer than " + LineSplitter.MAX_LINE_BYTES + " characters");
        }
        moreData.append('\n').append(value);
    }

    private void dispatch() {
        if (hasData) {
            String complete = moreData.isEmpty() ? data : data + moreData;
            hasData = false;
            moreData.setLength(0);
            frames.accept(new Frame(event, complete));
        }
        event = "";
    }

    private static boolean is(String field, byte[] bytes, int from, int to) {
        boolean matches = to - from == field.length();
        for (int at = 0; matches && at < field.length(); at++) {
            matches = bytes[from + at] == field.charAt(at);
        }
        return matches;
    }

    /** The position after the byte order mark that a stream may start with. */
    private static int afterByteOrderMark(byte[] bytes, int from, int to) {
        boolean mark = to - from >= 3
                && bytes[from] == (byte) 0xEF
                && bytes[from + 1] == (byte) 0xBB
                && bytes[from + 2] == (byte) 0xBF;
        return mark ? from + 3 : from;
    }
}
