package io.parley.gateway.routing;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/** The quickest first; before it those of whom nothing is known, so that it comes to be known. */
public final class LowestLatencyStrategy implements RoutingStrategy {

    private final Function<String, OptionalDouble> latency;

    /** @param latency how long a provider takes to its first token, when that is known */
    public LowestLatencyStrategy(Function<String, OptionalDouble> latency) {
        this.latency = latency;
    }

    @Override
    public List<Candidate> order(List<Candidate> candidates, TokenEstimate size) {
        return candidates.stream()
                .sorted(Comparator.comparingDouble(
                        candidate -> latency.apply(candidate.provider()).orElse(-1)))
                .toList();
    }
}
