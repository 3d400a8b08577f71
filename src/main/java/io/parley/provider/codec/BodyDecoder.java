package io.parley.provider.codec;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Decodes a response body in the format that its first character shows, whatever its media type says: JSON, or server-sent events. Ignores
 * a byte order mark and blanks before it.
 */
public final class BodyDecoder implements StreamDecoder {

    /** The maximum length of a JSON object, in bytes, where none is given. */
    public static final int MAX_OBJECT_BYTES = 8 * 1024 * 1024;

    private final Consumer<Frame> frames;
    private final int maxObjectBytes;
    private Optional<StreamDecoder> format = Optional.empty();

    public BodyDecoder(Consumer<Frame> frames) {
        this(frames, MAX_OBJECT_BYTES);
    }

    /** @param maxObjectBytes the maximum length of a JSON object, in bytes */
    public BodyDecoder(Consumer<Frame> frames, int maxObjectBytes) {
        this.frames = frames;
        this.maxObjectBytes = maxObjectBytes;
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
            case '{', '[' -> new JsonSequenceDecoder(frames, maxObjectBytes);
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
