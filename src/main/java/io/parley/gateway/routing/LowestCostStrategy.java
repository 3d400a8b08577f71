package io.parley.gateway.routing;

import io.parley.contract.Price;
import io.parley.contract.Usage;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Orders candidates by the estimated cost of the prompt; candidates without a known price come last. */
public final class LowestCostStrategy implements RoutingStrategy {

    private final Function<Candidate, Optional<Price>> prices;

    public LowestCostStrategy(Function<Candidate, Optional<Price>> prices) {
        this.prices = prices;
    }

    @Override
    public List<Candidate> order(List<Candidate> candidates, TokenEstimate estimate) {
        Usage usage = Usage.reported(estimate.input(), estimate.output(), 0, 0, 0);
        return candidates.stream()
                .sorted(Comparator.comparingLong(candidate -> prices.apply(candidate)
                        .map(price -> price.costMicros(usage))
                        .orElse(Long.MAX_VALUE)))
                .toList();
    }
}
