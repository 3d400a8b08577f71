package io.parley.http.generation;

import io.parley.contract.AnswerEvent;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.Problem;
import io.parley.contract.Usage;
import io.vertx.core.buffer.Buffer;

/** Writes one answer as server-sent events of one wire format. Knows nothing of sockets; all that is written together leaves together. */
public interface AnswerEventWriter {

    /** What comes before everything else, as soon as the head is sent, whether anybody answers yet or not. */
    default void preamble(Buffer out) {}

    /** Somebody answers: told before the first event. */
    void start(Buffer out, AnswerHandle handle);

    /** A piece of the answer, or its end; never its failure. */
    void event(Buffer out, AnswerEvent event);

    /** The answer broke and is over; no end was seen. */
    void failed(Buffer out, Problem problem, Usage usage);

    /** Whether the format can say that all that was said is void. */
    default boolean supportsReset() {
        return false;
    }

    /** All that was said is void, and somebody else answers; only where {@link #supportsReset}. */
    default void restart(Buffer out, AnswerHandle handle, int attempt) {
        throw new IllegalStateException("nothing can be taken back in this format");
    }
}
