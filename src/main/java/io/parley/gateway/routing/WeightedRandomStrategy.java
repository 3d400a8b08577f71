package io.parley.gateway.routing;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Orders candidates randomly in proportion to their weights; candidates with weight 0 come last. */
public final class WeightedRandomStrategy implements RoutingStrategy {

    private final RandomGenerator random;

    public WeightedRandomStrategy(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Draws an exponential variate with the rate {@code weight} for each candidate: the probability that it is the
     * smallest equals the share of the candidate in the total weight.
     */
    @Override
    public List<Candidate> order(List<Candidate> candidates, TokenEstimate estimate) {
        Map<Candidate, Double> draws = new HashMap<>();
        candidates.forEach(candidate -> draws.put(candidate, random.nextExponential() / candidate.weight()));
        return candidates.stream()
                .sorted(Comparator.comparingDouble(candidate -> draws.getOrDefault(candidate, Double.MAX_VALUE)))
                .toList();
    }
}
