package io.parley.gateway.routing;

import java.util.List;

/** Which of several candidates should be first, second and so on. Knows nothing of failures. */
@FunctionalInterface
public interface RoutingStrategy {

    List<Candidate> order(List<Candidate> candidates, TokenEstimate size);

    /** This one was taken. */
    default void onSelected(Candidate candidate) {}
}
