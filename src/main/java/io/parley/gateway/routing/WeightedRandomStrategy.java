package io.parley.gateway.routing;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** By chance, in proportion to the weights; a candidate without weight comes last. */
public final class WeightedRandomStrategy implements RoutingStrategy {

    private final RandomGenerator random;

    public WeightedRandomStrategy(RandomGenerator random) {
        this.random = random;
    }

    /** The candidate whose exponential clock of rate {@code weight} rings first is the first by exactly its share. */
    @Override
    public List<Candidate> order(List<Candidate> candidates, TokenEstimate size) {
        Map<Candidate, Double> draws = new HashMap<>();
        candidates.forEach(candidate -> draws.put(candidate, random.nextExponential() / candidate.weight()));
        return candidates.stream()
                .sorted(Comparator.comparingDouble(candidate -> draws.getOrDefault(candidate, Double.MAX_VALUE)))
                .toList();
    }
}
