package io.parley.gateway;

import java.util.List;

/**
 * Where a request may go.
 *
 * @param first those that are meant, the best first: any of them will do as soon as it has room
 * @param then those that may stand in when all that are meant have failed
 */
record Route(List<Candidate> first, List<Candidate> then) {

    Route {
        first = List.copyOf(first);
        then = List.copyOf(then);
    }

    boolean isEmpty() {
        return first.isEmpty() && then.isEmpty();
    }
}
