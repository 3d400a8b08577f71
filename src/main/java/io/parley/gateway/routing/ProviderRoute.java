package io.parley.gateway.routing;

import java.util.List;
import java.util.function.Predicate;

/**
 * Where a request may go.
 *
 * @param primary those that are meant, the best first: any of them will do as soon as it has room
 * @param fallbacks those that may stand in when all that are meant have failed
 */
public record ProviderRoute(List<Candidate> primary, List<Candidate> fallbacks) {

    public ProviderRoute {
        primary = List.copyOf(primary);
        fallbacks = List.copyOf(fallbacks);
    }

    /** What is left of it when only these may answer; nothing, when none of those that are meant may. */
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
