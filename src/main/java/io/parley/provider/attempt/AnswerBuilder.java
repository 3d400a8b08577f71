package io.parley.provider.attempt;

import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.Usage;
import io.parley.provider.codec.Frame;
import io.parley.provider.response.AttemptFailure;
import java.util.List;
import java.util.Optional;

/** Builds the events of an answer from the frames of one stream, and detects its end and its errors. Does no I/O. */
interface AnswerBuilder {

    /** The bytes of one read, before their frames are added. */
    void onBytes(byte[] bytes);

    /** Adds a frame; frames after the end or after a failure are ignored. */
    void add(Frame frame);

    /** Whether the answer is complete; its usage may still be missing. */
    boolean answerComplete();

    /** Whether the end of the stream was signalled. */
    boolean streamEnded();

    /** The failure, if there was one. */
    Optional<AttemptFailure> failure();

    /** Why an answer that seems complete is none. */
    Optional<AttemptFailure> missing();

    /** The number of pieces that the model has produced; does not count keep-alives. */
    long pieces();

    /** Whether there are events that were not drained yet. */
    boolean hasPending();

    /** Removes and returns the pending events. */
    List<AnswerEvent> drain();

    /** Returns the terminal event of a complete answer, and adds what was held back to the pending events. */
    Completed complete();

    /** The usage so far. */
    Usage usage();
}
