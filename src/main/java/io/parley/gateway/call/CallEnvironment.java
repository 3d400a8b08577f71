package io.parley.gateway.call;

import io.parley.bus.Bus;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.NativeRequest;
import io.parley.gateway.health.ProviderState;
import io.parley.gateway.routing.Candidate;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Groups the collaborators that all calls of one gateway share.
 *
 * @param onSelected receives the candidate of each attempt
 */
public record CallEnvironment(
        Bus bus,
        CallTime time,
        Capacity capacity,
        FallbackPolicy fallbackPolicy,
        ReservationClient reservations,
        Consumer<Candidate> onSelected) {

    /** The request as the candidate gets it without a translation; empty if it needs one. */
    Optional<NativeRequest> nativeRequest(Candidate candidate, Open open) {
        return open.nativeRequest()
                .filter(request -> provider(candidate).config().speaks(request.format()));
    }

    ProviderState provider(Candidate candidate) {
        return capacity.provider(candidate);
    }
}
