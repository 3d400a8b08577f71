package io.parley.provider.response;

import io.parley.contract.NativeRequest;
import io.parley.provider.codec.Frame;
import java.util.List;
import java.util.regex.Pattern;

/** Reads along in the frames of an answer that is passed on as it is. */
public interface NativeReader extends FrameReader {

    /** Whether the provider's format differs from the client's, so that each frame must be {@link #translated}. */
    default boolean translates() {
        return false;
    }

    /** The frame in the client's format. */
    default Frame translated(Frame frame, NativeRequest request) {
        return frame;
    }

    /** Whether a frame with a usage has nothing else that a client could miss. */
    default boolean isUsageOnly(Frame frame) {
        return false;
    }

    /** Chat completions: the last chunk has the usage and no choice. */
    record ChatReader(FrameReader chunks) implements NativeReader {

        private static final Pattern NO_CHOICE = Pattern.compile("\"choices\"\\s*:\\s*\\[\\s*]");

        @Override
        public List<Signal> read(Frame frame) {
            return chunks.read(frame);
        }

        @Override
        public boolean isUsageOnly(Frame frame) {
            return NO_CHOICE.matcher(frame.data()).find();
        }
    }
}
