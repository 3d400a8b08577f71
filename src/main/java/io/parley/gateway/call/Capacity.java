package io.parley.gateway.call;

import io.parley.gateway.health.InFlightCalls;
import io.parley.gateway.health.ProviderState;
import io.parley.gateway.limit.AdmissionQueue;
import io.parley.gateway.routing.Candidate;
import java.util.Map;

/**
 * The providers and how much may be asked of them at once.
 *
 * @param targets each provider by its name
 * @param admission the queue in front of them
 * @param running the calls that hold a place
 */
public record Capacity(Map<String, ProviderState> targets, AdmissionQueue admission, InFlightCalls running) {

    ProviderState target(Candidate candidate) {
        ProviderState target = targets.get(candidate.provider());
        if (target == null) {
            throw new IllegalArgumentException("no target is called " + candidate.provider());
        }
        return target;
    }
}
