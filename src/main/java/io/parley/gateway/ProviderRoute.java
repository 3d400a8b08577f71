package io.parley.gateway;

import java.util.List;
import java.util.function.Predicate;

/**
 * Where a request may go.
 *
 * @param first those that are meant, the best first: any of them will do as soon as it has room
 * @param then those that may stand in when all that are meant have failed
 */
record ProviderRoute(List<Candidate> first, List<Candidate> then) {

    ProviderRoute {
        first = List.copyOf(first);
        then = List.copyOf(then);
    }

    /** What is left of it when only these may answer; nothing, when none of those that are meant may. */
    ProviderRoute only(Predicate<Candidate> allowed) {
        List<Candidate> meant = first.stream().filter(allowed).toList();
        return meant.isEmpty() && !first.isEmpty()
                ? new ProviderRoute(List.of(), List.of())
                : new ProviderRoute(meant, then.stream().filter(allowed).toList());
    }

    boolean isEmpty() {
        return first.isEmpty() && then.isEmpty();
    }
}
