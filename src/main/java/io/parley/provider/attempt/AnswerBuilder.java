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

    /** What is known of the answer so far. */
    AnswerState state();

    /** Why an answer that seems complete is not. */
    Optional<AttemptFailure> missing();

    /** Whether there are events that were not drained yet. */
    boolean hasPending();

    /** Removes and returns the pending events. */
    List<AnswerEvent> drain();

    /** Returns the terminal event of a complete answer, and adds what was held back to the pending events. */
    Completed complete();

    /** Whether the answer is complete; its usage may still be missing. */
    default boolean answerComplete() {
        return state().answerComplete();
    }

    /** Whether the end of the stream was signalled. */
    default boolean streamEnded() {
        return state().streamEnded();
    }

    /** The failure, if there was one. */
    default Optional<AttemptFailure> failure() {
        return state().failure();
    }

    /** The number of pieces that the model has produced; does not count keep-alives. */
    default long pieces() {
        return state().pieces();
    }

    /** The usage so far. */
    default Usage usage() {
        return state().usage();
    }
}
