package io.parley.contract;

import static org.assertj.core.api.Assertions.assertThat;

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
    @DisplayName("does not overflow")
    void overflow() {
        assertThat(PRICE.costMicros(Usage.reported(Long.MAX_VALUE, Long.MAX_VALUE, 0, 0, 0)))
                .isEqualTo(Long.MAX_VALUE);
    }
}
