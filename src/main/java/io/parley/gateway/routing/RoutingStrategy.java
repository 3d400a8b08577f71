package io.parley.gateway.routing;

import java.util.List;

/** Orders candidates by preference. Does not consider failures. */
@FunctionalInterface
public interface RoutingStrategy {

    List<Candidate> order(List<Candidate> candidates, TokenEstimate estimate);

    /** Records the selected candidate. */
    default void onSelected(Candidate candidate) {}
}
