package io.parley.provider.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.function.Consumer;

/** Decodes newline-delimited JSON; ignores empty lines. */
public final class NdjsonDecoder implements StreamDecoder {

    private final Consumer<Frame> frames;
    private final LineSplitter lines = new LineSplitter(false, this::line);
    private boolean started;

    public NdjsonDecoder(Consumer<Frame> frames) {
        this.frames = frames;
    }

    @Override
    public void feed(byte[] bytes) {
        lines.feed(bytes);
    }

    @Override
    public void end() {
        lines.end();
    }

    private void line(byte[] bytes, int from, int to) {
        int start = started ? from : SseDecoder.afterByteOrderMark(bytes, from, to);
        started = true;
        String line = new String(bytes, start, to - start, UTF_8);
        if (!line.isBlank()) {
            frames.accept(new Frame("", line));
        }
    }
}
