package io.parley.gateway.routing;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Orders candidates by time to first token; providers without samples come first so that they get sampled. */
public final class LowestLatencyStrategy implements RoutingStrategy {

    private final Function<String, OptionalDouble> latency;

    /** @param latency the expected time to first token of a provider; empty if unknown */
    public LowestLatencyStrategy(Function<String, OptionalDouble> latency) {
        this.latency = latency;
    }

    @Override
    public List<Candidate> order(List<Candidate> candidates, TokenEstimate estimate) {
        return candidates.stream()
                .sorted(Comparator.comparingDouble(
                        candidate -> latency.apply(candidate.provider()).orElse(-1)))
                .toList();
    }
}
