package io.parley.gateway.call;

import io.parley.gateway.health.InFlightCalls;
import io.parley.gateway.health.ProviderState;
import io.parley.gateway.limit.AdmissionQueue;
import io.parley.gateway.routing.Candidate;
import java.util.Map;

/**
 * Groups the providers and the limits on concurrent calls to them.
 *
 * @param providers the providers by name
 * @param admission the queue for calls that exceed the limits
 * @param inFlight the calls that count against the limits
 */
public record Capacity(Map<String, ProviderState> providers, AdmissionQueue admission, InFlightCalls inFlight) {

    ProviderState provider(Candidate candidate) {
        ProviderState provider = providers.get(candidate.provider());
        if (provider == null) {
            throw new IllegalArgumentException("unknown provider: " + candidate.provider());
        }
        return provider;
    }
}
