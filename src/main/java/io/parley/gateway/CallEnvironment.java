package io.parley.gateway;

import io.parley.bus.Bus;
import java.util.function.Consumer;

/**
 * All that the calls of one gateway share.
 *
 * @param taken hears where a call goes
 */
record CallEnvironment(Bus bus, CallTime time, Capacity capacity, FallbackPolicy recovery, ReservationClient purse, Consumer<Candidate> taken) {

    ProviderState target(Candidate candidate) {
        return capacity.target(candidate);
    }
}
