package io.parley.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Backoff")
class BackoffTest {

    private final Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(3));

    @Test
    @DisplayName("doubles its delay with each failure, up to its maximum")
    void doubles() {
        assertThat(IntStream.range(0, 5).mapToObj(backoff::delay))
                .extracting(Duration::toMillis)
                .containsExactly(500L, 1_000L, 2_000L, 3_000L, 3_000L);
    }

    @Test
    @DisplayName("stays at the maximum for any number of failures")
    void neverOverflows() {
        assertThat(backoff.delay(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    @DisplayName("never exceeds its maximum, even if the initial delay is longer")
    void initialAboveMax() {
        Backoff inverted = new Backoff(Duration.ofSeconds(5), Duration.ofSeconds(3));
        assertThat(inverted.delay(0)).isEqualTo(Duration.ofSeconds(3));
    }
}
