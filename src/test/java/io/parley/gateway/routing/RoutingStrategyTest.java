package io.parley.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Price;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Routing strategies")
class RoutingStrategyTest {

    private static final TokenEstimate SIZE = new TokenEstimate(1000, 1000);
    private static final Candidate A = new Candidate("a", "m", 1);
    private static final Candidate B = new Candidate("b", "m", 3);
    private static final Candidate C = new Candidate("c", "m", 0);

    @Test
    @DisplayName("round robin selects every candidate equally often, whichever candidates are offered")
    void roundRobin() {
        RoutingStrategy strategy = new RoundRobinStrategy();
        Map<Candidate, Integer> first = new HashMap<>();
        for (int request = 0; request < 30; request++) {
            Candidate selected = strategy.order(List.of(A, B, C), SIZE).getFirst();
            strategy.onSelected(selected);
            first.merge(selected, 1, Integer::sum);
        }
        assertThat(first).containsOnly(Map.entry(A, 10), Map.entry(B, 10), Map.entry(C, 10));
        strategy.onSelected(A);
        assertThat(strategy.order(List.of(A, B), SIZE)).containsExactly(B, A);
    }

    @Test
    @DisplayName("round robin does not advance when the order is only read")
    void readOnly() {
        RoutingStrategy strategy = new RoundRobinStrategy();
        assertThat(strategy.order(List.of(A, B), SIZE)).isEqualTo(strategy.order(List.of(A, B), SIZE));
    }

    @Test
    @DisplayName("weighted random selects by weight, and never a candidate of weight 0")
    void weightedRandom() {
        RandomGenerator seeded = RandomGeneratorFactory.of("L64X128MixRandom").create(42);
        RoutingStrategy strategy = new WeightedRandomStrategy(seeded);
        Map<Candidate, Integer> first = new HashMap<>();
        for (int request = 0; request < 4000; request++) {
            first.merge(strategy.order(List.of(C, A, B), SIZE).getFirst(), 1, Integer::sum);
        }
        assertThat(first.keySet()).containsExactlyInAnyOrder(A, B);
        assertThat(first.get(B)).isBetween(2900, 3100);
    }

    @Test
    @DisplayName("lowest latency prefers the fastest provider, after providers without samples")
    void lowestLatency() {
        Map<String, OptionalDouble> known =
                Map.of("a", OptionalDouble.of(300), "b", OptionalDouble.of(20), "c", OptionalDouble.empty());
        assertThat(new LowestLatencyStrategy(known::get).order(List.of(A, B, C), SIZE))
                .containsExactly(C, B, A);
    }

    @Test
    @DisplayName("lowest cost prefers the cheapest provider for this prompt, before those without a price")
    void lowestCost() {
        Map<String, Price> prices = Map.of("a", new Price("v", 10, 1, 0, 0, 0), "b", new Price("v", 1, 10, 0, 0, 0));
        RoutingStrategy cost =
                new LowestCostStrategy(candidate -> Optional.ofNullable(prices.get(candidate.provider())));
        assertThat(cost.order(List.of(C, A, B), new TokenEstimate(1_000_000, 1000)))
                .containsExactly(B, A, C);
        assertThat(cost.order(List.of(C, A, B), new TokenEstimate(1000, 1_000_000)))
                .containsExactly(A, B, C);
    }
}
