package io.parley.provider.response;

import io.parley.provider.codec.Frame;
import io.parley.provider.codec.ProtocolException;
import java.util.List;

/** Interprets the frames of one answer, in order: a stream of pieces, or the whole answer in one frame. */
public interface FrameReader {

    /** Interprets a frame; unknown frames have no signals. Throws {@link ProtocolException} if it is not a valid frame. */
    List<Signal> read(Frame frame);
}
