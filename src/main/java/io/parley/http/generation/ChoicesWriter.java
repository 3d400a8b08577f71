package io.parley.http.generation;

import io.parley.contract.AnswerEvent;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.Usage;
import io.vertx.core.buffer.Buffer;

/** Writes one answer, or several answers to one request, as server-sent events of one wire format. */
public interface ChoicesWriter extends AnswerEventWriter {

    /** Writes the events of one of several answers. */
    interface Choice {

        /** Called once before the first event. */
        void start(Buffer out, AnswerHandle handle);

        /** Writes a delta or the end of this answer, which does not end the stream; never called with a failure. */
        void event(Buffer out, AnswerEvent event);
    }

    /** Starts the answer {@code index}, from 0. Events of different answers may alternate. */
    Choice choice(int index);

    /**
     * Writes the end of a stream of several answers.
     *
     * @param handle the first answer
     * @param usage the sum of all answers
     */
    void end(Buffer out, AnswerHandle handle, Usage usage);
}
