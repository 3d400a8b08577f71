package io.parley.provider.codec;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Decodes a response body in the format that its first character shows, whatever its media type says: JSON, or server-sent events. Ignores
 * a byte order mark and blanks before it.
 */
public final class BodyDecoder implements StreamDecoder {

    private final Consumer<Frame> frames;
    private Optional<StreamDecoder> format = Optional.empty();

    public BodyDecoder(Consumer<Frame> frames) {
        this.frames = frames;
    }

    @Override
    public void feed(byte[] bytes) {
        if (format.isPresent()) {
            format.get().feed(bytes);
            return;
        }
        int start = 0;
        while (start < bytes.length && precedesBody(bytes[start])) {
            start++;
        }
        if (start < bytes.length) {
            StreamDecoder found = formatOf(bytes[start]);
            format = Optional.of(found);
            found.feed(start == 0 ? bytes : Arrays.copyOfRange(bytes, start, bytes.length));
        }
    }

    @Override
    public void end() {
        format.ifPresent(StreamDecoder::end);
    }

    private StreamDecoder formatOf(byte first) {
        return switch (first) {
            case '{', '[' -> new JsonSequenceDecoder(frames);
            case '<' -> throw new ProtocolException("a web page instead of an answer");
            default -> new SseDecoder(frames);
        };
    }

    /** Neither JSON nor an event begins with a byte of the byte order mark. */
    static boolean precedesBody(byte each) {
        return switch (each) {
            case ' ', '\t', '\r', '\n', (byte) 0xEF, (byte) 0xBB, (byte) 0xBF -> true;
            default -> false;
        };
    }
}
