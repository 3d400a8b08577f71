package io.parley.contract;

import static java.util.Objects.requireNonNullElse;

import java.util.Optional;

/** Requests and facts of one provider. */
public sealed interface ProviderMessage extends Message {

    /**
     * Makes one attempt. The reply, {@link StreamMessage.StreamRef}, is sent when the provider's first event is
     * available, so that the gateway can fall back to another provider until then.
     * @param callId the id of the attempt, chosen by the requester, so that it can cancel before the reply; also the id of the stream
     * @param price price of the model, if known; used to cost every reported usage
     * @param nativeRequest the client's request if it is passed on as it came, instead of {@code prompt}
     */
    record Open(
            String callId,
            RequestContext requestContext,
            String model,
            Prompt prompt,
            Optional<Price> price,
            Optional<NativeRequest> nativeRequest)
            implements ProviderMessage {

        public Open {
            nativeRequest = requireNonNullElse(nativeRequest, Optional.empty());
        }

        public Open(String callId, RequestContext requestContext, String model, Prompt prompt, Optional<Price> price) {
            this(callId, requestContext, model, prompt, price, Optional.empty());
        }

        /** The trace context of the attempt, a child of its request's. */
        public Optional<TraceContext> trace() {
            return requestContext.trace().map(request -> request.child(callId));
        }

        public Open(String callId, RequestContext requestContext, String model, Prompt prompt) {
            this(callId, requestContext, model, prompt, Optional.empty());
        }
    }

    /** The rate limits that a provider reported in a response. */
    record RateLimitsReported(String provider, Optional<RateLimit> requests, Optional<RateLimit> tokens)
            implements ProviderMessage {}

    /** Checks that the provider responds, with an inexpensive request. */
    record Probe() implements ProviderMessage {}
}
