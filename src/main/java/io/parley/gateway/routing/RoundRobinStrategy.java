package io.parley.gateway.routing;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Orders candidates by their last selection, oldest first, so that each gets an equal share although the candidates
 * vary.
 */
public final class RoundRobinStrategy implements RoutingStrategy {

    private final Map<Candidate, Long> lastTurns = new HashMap<>();
    private long turn;

    @Override
    public List<Candidate> order(List<Candidate> candidates, TokenEstimate estimate) {
        return candidates.stream()
                .sorted(Comparator.comparingLong(candidate -> lastTurns.getOrDefault(candidate, 0L)))
                .toList();
    }

    @Override
    public void onSelected(Candidate candidate) {
        lastTurns.put(candidate, ++turn);
    }
}
