package io.parley.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Price.Rates;
import io.parley.contract.Price.Tier;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Cost of usage at a price")
class PriceTest {

    private static final Price PRICE = new Price("2026-11-01", 2_000_000, 8_000_000, 500_000, 0, 8_000_000);

    @Test
    @DisplayName("is computed per million tokens and rounded up")
    void ordinary() {
        assertThat(PRICE.costMicros(Usage.reported(1_000_000, 500_000, 0, 0, 0)))
                .isEqualTo(6_000_000);
        assertThat(PRICE.costMicros(Usage.reported(1, 0, 1, 0, 0))).isEqualTo(1);
    }

    @Test
    @DisplayName("has a rate of its own for each kind of token")
    void kinds() {
        Price price = new Price(
                "v", new Rates(1_000_000, 10_000_000, 2_000_000, 3_000_000, 4_000_000, 20_000_000), List.of());

        assertThat(price.costMicros(new Usage(10_000, 1_000, 2_000, 3_000, 1_000, 400, false, OptionalLong.empty())))
                .isEqualTo(5_000 + 2 * 2_000 + 3 * 2_000 + 4 * 1_000 + 10 * 600 + 20 * 400);
    }

    @Test
    @DisplayName("uses the highest tier that the prompt, with its cached tokens, is longer than")
    void tiers() {
        Price price = new Price(
                "v",
                new Rates(1_000_000, 0, 0, 0, 0, 0),
                List.of(
                        new Tier(200, new Rates(3_000_000, 0, 0, 0, 0, 0)),
                        new Tier(100, new Rates(2_000_000, 0, 0, 0, 0, 0))));

        assertThat(price.costMicros(Usage.reported(100, 0, 0, 0, 0))).isEqualTo(100);
        assertThat(price.costMicros(Usage.reported(101, 0, 0, 0, 0))).isEqualTo(202);
        assertThat(price.costMicros(Usage.reported(200, 0, 150, 0, 0))).isEqualTo(100);
        assertThat(price.costMicros(Usage.reported(201, 0, 0, 0, 0))).isEqualTo(603);
    }

    @Test
    @DisplayName("does not overflow")
    void overflow() {
        assertThat(PRICE.costMicros(Usage.reported(Long.MAX_VALUE, Long.MAX_VALUE, 0, 0, 0)))
                .isEqualTo(Long.MAX_VALUE);
    }
}
