package io.parley.provider.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.json.JsonNesting;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Decodes JSON objects that follow each other: one whole document of any layout, lines of JSON, or the elements of an array. Each object is
 * a frame.
 */
public final class JsonSequenceDecoder implements StreamDecoder {

    private final Consumer<Frame> frames;
    private final int maxObjectBytes;
    private final JsonNesting nesting = new JsonNesting();
    private byte[] buffer = new byte[0];
    private int buffered;

    /** @param maxObjectBytes the maximum length of an object, in bytes */
    public JsonSequenceDecoder(Consumer<Frame> frames, int maxObjectBytes) {
        this.frames = frames;
        this.maxObjectBytes = maxObjectBytes;
    }

    @Override
    public void feed(byte[] bytes) {
        int from = 0;
        for (int at = 0; at < bytes.length; at++) {
            if (nesting.inside()) {
                if (nesting.ends(bytes[at])) {
                    object(bytes, from, at + 1);
                }
            } else if (bytes[at] == '{') {
                from = at;
                nesting.ends('{');
            } else if (!separates(bytes[at])) {
                throw new ProtocolException("text that is not JSON");
            }
        }
        if (nesting.inside()) {
            append(bytes, from, bytes.length);
        }
    }

    @Override
    public void end() {
        if (nesting.inside()) {
            throw new ProtocolException("an incomplete JSON object");
        }
    }

    private void object(byte[] bytes, int from, int to) {
        if (buffered == 0) {
            frames.accept(new Frame("", new String(bytes, from, to - from, UTF_8)));
            return;
        }
        append(bytes, 0, to);
        String text = new String(buffer, 0, buffered, UTF_8);
        buffered = 0;
        frames.accept(new Frame("", text));
    }

    private void append(byte[] bytes, int from, int to) {
        int length = to - from;
        if (buffered + length > maxObjectBytes) {
            throw new ProtocolException("a JSON object is longer than " + maxObjectBytes + " bytes");
        }
        if (buffered + length > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.min(maxObjectBytes, Math.max(512, 2 * (buffered + length))));
        }
        System.arraycopy(bytes, from, buffer, buffered, length);
        buffered += length;
    }

    private static boolean separates(byte each) {
        return switch (each) {
            case ' ', '\t', '\r', '\n', '[', ']', ',' -> true;
            default -> false;
        };
    }
}
