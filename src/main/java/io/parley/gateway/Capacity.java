package io.parley.gateway;

import java.util.Map;

/**
 * The providers and how much may be asked of them at once.
 *
 * @param targets each provider by its name
 * @param admission the queue in front of them
 * @param running the calls that hold a place
 */
record Capacity(Map<String, ProviderState> targets, AdmissionQueue admission, InFlightCalls running) {

    ProviderState target(Candidate candidate) {
        ProviderState target = targets.get(candidate.provider());
        if (target == null) {
            throw new IllegalArgumentException("no target is called " + candidate.provider());
        }
        return target;
    }
}
