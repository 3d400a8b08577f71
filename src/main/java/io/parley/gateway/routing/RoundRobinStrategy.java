package io.parley.gateway.routing;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whoever was taken least lately is first, so that turns are even, whatever the choice was among. */
public final class RoundRobinStrategy implements RoutingStrategy {

    private final Map<Candidate, Long> lastTurns = new HashMap<>();
    private long turn;

    @Override
    public List<Candidate> order(List<Candidate> candidates, TokenEstimate size) {
        return candidates.stream()
                .sorted(Comparator.comparingLong(candidate -> lastTurns.getOrDefault(candidate, 0L)))
                .toList();
    }

    @Override
    public void onSelected(Candidate candidate) {
        lastTurns.put(candidate, ++turn);
    }
}
