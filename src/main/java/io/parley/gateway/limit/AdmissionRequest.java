package io.parley.gateway.limit;

import io.parley.contract.GatewayMessage.Priority;
import io.parley.gateway.routing.Candidate;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;

/**
 * A request for admission to one of several providers.
 *
 * @param candidates the acceptable candidates, best first
 * @param tokens the estimated number of tokens
 * @param maxWait the maximum time in the queue
 * @param admitted completes with the admitted candidate
 */
public record AdmissionRequest(
        List<Candidate> candidates, long tokens, Priority priority, Duration maxWait, Promise<Candidate> admitted) {

    public AdmissionRequest(List<Candidate> candidates, long tokens, Priority priority, Duration maxWait) {
        this(List.copyOf(candidates), tokens, priority, maxWait, Promise.promise());
    }
}
