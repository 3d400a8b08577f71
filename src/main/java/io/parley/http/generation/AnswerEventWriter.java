package io.parley.http.generation;

import io.parley.contract.AnswerEvent;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.Problem;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** Writes one answer as server-sent events of one wire format. Appends to buffers; does not touch the connection. */
public interface AnswerEventWriter {

    /** Writes what precedes all events. Called when the response head is sent, possibly before a provider answers. */
    default void preamble(Buffer out) {}

    /** Called once before the first event, when a provider answers. */
    void start(Buffer out, AnswerHandle handle);

    /** Writes a delta or the end of the answer; never called with a failure. */
    void event(Buffer out, AnswerEvent event);

    /** Called after the end of the answer was written to its buffer; completes when it may be sent. */
    default Future<Void> readyToEnd() {
        return Future.succeededFuture();
    }

    /** Observes whole events of a provider that are passed on as they are; then none of {@link #start} and {@link #event} is called. */
    default void passed(byte[] events) {}

    /** Writes the error that ends an answer which failed after the response head was sent. */
    void failed(Buffer out, Problem problem, Usage usage);

    /** Whether the format can discard the text sent so far. */
    default boolean supportsReset() {
        return false;
    }

    /** Discards the text sent so far, because another provider answers. Called only if {@link #supportsReset}. */
    default void restart(Buffer out, AnswerHandle handle, int attempt) {
        throw new IllegalStateException("this format cannot discard sent text");
    }
}
