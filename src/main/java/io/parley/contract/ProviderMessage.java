package io.parley.contract;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** What a vendor's verticle can be asked. */
public sealed interface ProviderMessage extends Message {

    /**
     * Make one attempt. Answered with {@link StreamMessage.Opened} only once the vendor's first real event is here, so that until
     * then another vendor can be tried for free.
     *
     * @param callId made by the asker, so that it can cancel before there is an answer; also the stream's id
     * @param price what the model costs, when that is known; put on every usage that is reported
     */
    record Open(String callId, Origin origin, String model, Prompt prompt, Optional<Price> price)
            implements ProviderMessage {

        /** The place of the attempt in a trace, below that of its request. */
        public Optional<Trace> trace() {
            return origin.trace().map(request -> request.child(callId));
        }

        public Open(String callId, Origin origin, String model, Prompt prompt) {
            this(callId, origin, model, prompt, Optional.empty());
        }
    }

    /** What a vendor has said of its own limits; told whenever it does. */
    record Paced(String provider, Optional<Left> requests, Optional<Left> tokens) implements ProviderMessage {}

    /**
     * What is left of a limit.
     *
     * @param reset when all of it is there again
     */
    record Left(OptionalLong limit, long left, Duration reset) {}

    /** Ask the vendor for something cheap. */
    record Probe() implements ProviderMessage {}
}
