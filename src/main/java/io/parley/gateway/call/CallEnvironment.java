package io.parley.gateway.call;

import io.parley.bus.Bus;
import io.parley.gateway.health.ProviderState;
import io.parley.gateway.routing.Candidate;
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

    ProviderState provider(Candidate candidate) {
        return capacity.provider(candidate);
    }
}
