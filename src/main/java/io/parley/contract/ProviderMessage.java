package io.parley.contract;

import java.util.Optional;

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

        public Open(String callId, Origin origin, String model, Prompt prompt) {
            this(callId, origin, model, prompt, Optional.empty());
        }
    }

    /** Ask the vendor for something cheap. */
    record Probe() implements ProviderMessage {}
}
