package io.parley.gateway.routing;

import java.util.List;
import java.util.function.Predicate;

/**
 * The providers that may answer a request.
 *
 * @param primary the selected candidates, best first; the first with free capacity is used
 * @param fallbacks the candidates to try after all primary ones have failed
 */
public record ProviderRoute(List<Candidate> primary, List<Candidate> fallbacks) {

    public ProviderRoute {
        primary = List.copyOf(primary);
        fallbacks = List.copyOf(fallbacks);
    }

    /** Keeps the allowed candidates; returns an empty route if that removes all primary ones. */
    public ProviderRoute filter(Predicate<Candidate> allowed) {
        List<Candidate> allowedPrimary = primary.stream().filter(allowed).toList();
        return allowedPrimary.isEmpty() && !primary.isEmpty()
                ? new ProviderRoute(List.of(), List.of())
                : new ProviderRoute(
                        allowedPrimary, fallbacks.stream().filter(allowed).toList());
    }

    public boolean isEmpty() {
        return primary.isEmpty() && fallbacks.isEmpty();
    }
}
