package io.parley.gateway;

import io.parley.bus.Bus;
import java.util.function.Consumer;

/**
 * All that the calls of one gateway share.
 *
 * @param taken hears where a call goes
 */
record Desk(Bus bus, CallTime time, Capacity capacity, Recovery recovery, Purse purse, Consumer<Candidate> taken) {

    Target target(Candidate candidate) {
        return capacity.target(candidate);
    }
}
