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

@DisplayName("A strategy")
class RoutingStrategyTest {

    private static final TokenEstimate SIZE = new TokenEstimate(1000, 1000);
    private static final Candidate A = new Candidate("a", "m", 1);
    private static final Candidate B = new Candidate("b", "m", 3);
    private static final Candidate C = new Candidate("c", "m", 0);

    @Test
    @DisplayName("of turns gives everybody the same number of them, whatever the choice was among")
    void roundRobin() {
        RoutingStrategy turns = new RoundRobinStrategy();
        Map<Candidate, Integer> first = new HashMap<>();
        for (int request = 0; request < 30; request++) {
            Candidate taken = turns.order(List.of(A, B, C), SIZE).getFirst();
            turns.onSelected(taken);
            first.merge(taken, 1, Integer::sum);
        }
        assertThat(first).containsOnly(Map.entry(A, 10), Map.entry(B, 10), Map.entry(C, 10));
        turns.onSelected(A);
        assertThat(turns.order(List.of(A, B), SIZE)).containsExactly(B, A);
    }

    @Test
    @DisplayName("of turns does not count a look as a turn")
    void look() {
        RoutingStrategy turns = new RoundRobinStrategy();
        assertThat(turns.order(List.of(A, B), SIZE)).isEqualTo(turns.order(List.of(A, B), SIZE));
    }

    @Test
    @DisplayName("of chance gives shares by weight, and nothing to what has none")
    void lottery() {
        RandomGenerator seeded = RandomGeneratorFactory.of("L64X128MixRandom").create(42);
        RoutingStrategy chance = new WeightedRandomStrategy(seeded);
        Map<Candidate, Integer> first = new HashMap<>();
        for (int request = 0; request < 4000; request++) {
            first.merge(chance.order(List.of(C, A, B), SIZE).getFirst(), 1, Integer::sum);
        }
        assertThat(first.keySet()).containsExactlyInAnyOrder(A, B);
        assertThat(first.get(B)).isBetween(2900, 3100);
    }

    @Test
    @DisplayName("of latency prefers the quickest, behind those of whom nothing is known")
    void quickest() {
        Map<String, OptionalDouble> known =
                Map.of("a", OptionalDouble.of(300), "b", OptionalDouble.of(20), "c", OptionalDouble.empty());
        assertThat(new LowestLatencyStrategy(known::get).order(List.of(A, B, C), SIZE))
                .containsExactly(C, B, A);
    }

    @Test
    @DisplayName("of cost prefers whoever is cheapest for this very prompt, before those whose price is not known")
    void cheapest() {
        Map<String, Price> prices = Map.of("a", new Price("v", 10, 1, 0, 0, 0), "b", new Price("v", 1, 10, 0, 0, 0));
        RoutingStrategy cost =
                new LowestCostStrategy(candidate -> Optional.ofNullable(prices.get(candidate.provider())));
        assertThat(cost.order(List.of(C, A, B), new TokenEstimate(1_000_000, 1000)))
                .containsExactly(B, A, C);
        assertThat(cost.order(List.of(C, A, B), new TokenEstimate(1000, 1_000_000)))
                .containsExactly(A, B, C);
    }
}
