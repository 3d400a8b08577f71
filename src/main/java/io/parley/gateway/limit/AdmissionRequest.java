package io.parley.gateway.limit;

import io.parley.contract.GatewayMessage.Priority;
import io.parley.gateway.routing.Candidate;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;

/**
 * A wish to be let in.
 *
 * @param candidates any of these will do, the best first
 * @param tokens about how many it takes
 * @param maxWait how long it may wait
 * @param admitted where it may go, in the end
 */
public record AdmissionRequest(
        List<Candidate> candidates, long tokens, Priority priority, Duration maxWait, Promise<Candidate> admitted) {

    public AdmissionRequest(List<Candidate> candidates, long tokens, Priority priority, Duration maxWait) {
        this(List.copyOf(candidates), tokens, priority, maxWait, Promise.promise());
    }
}
