package io.parley.gateway;

import io.parley.contract.GatewayMessage.Priority;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;

/**
 * A wish to be let in.
 *
 * @param acceptable any of these will do, the best first
 * @param tokens about how many it takes
 * @param patience how long it may wait
 * @param admitted where it may go, in the end
 */
record AdmissionRequest(
        List<Candidate> acceptable, long tokens, Priority priority, Duration patience, Promise<Candidate> admitted) {

    AdmissionRequest(List<Candidate> acceptable, long tokens, Priority priority, Duration patience) {
        this(List.copyOf(acceptable), tokens, priority, patience, Promise.promise());
    }
}
