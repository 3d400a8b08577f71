package io.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.GatewayConfig.Limits;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A target's gate")
class ProviderLimiterTest {

    private final ManualClock time = new ManualClock();

    @Test
    @DisplayName("lets in as many as may run at one time")
    void concurrency() {
        ProviderLimiter gate = new ProviderLimiter(new Limits(OptionalInt.empty(), OptionalInt.empty(), 2), time);
        assertThat(gate.enter(1)).isTrue();
        assertThat(gate.enter(1)).isTrue();
        assertThat(gate.enter(1)).isFalse();
        assertThat(gate.pause(1)).isZero();
        gate.leave(1, 1);
        assertThat(gate.enter(1)).isTrue();
    }

    @Test
    @DisplayName("lets in so many requests a minute, and says how long the next one has to wait")
    void requests() {
        ProviderLimiter gate = new ProviderLimiter(new Limits(OptionalInt.of(60), OptionalInt.empty(), 1000), time);
        assertThat(entered(gate, 1)).isEqualTo(60);
        assertThat(gate.pause(1)).isEqualTo(Duration.ofSeconds(1));
        time.pass(Duration.ofSeconds(1));
        assertThat(entered(gate, 1)).isEqualTo(1);
        time.pass(Duration.ofMinutes(5));
        assertThat(entered(gate, 1)).isEqualTo(60);
    }

    @Test
    @DisplayName("lets in so many tokens a minute, and corrects the estimate when the call has ended")
    void tokens() {
        ProviderLimiter gate = new ProviderLimiter(new Limits(OptionalInt.empty(), OptionalInt.of(6000), 1000), time);
        assertThat(entered(gate, 3000)).isEqualTo(2);
        gate.leave(3000, 1000);
        assertThat(entered(gate, 2000)).isEqualTo(1);
        gate.leave(2000, 5000);
        assertThat(gate.pause(1)).isGreaterThan(Duration.ofSeconds(29));
    }

    @Test
    @DisplayName("lets a request in that is larger than a minute's allowance, when all of that is there")
    void larger() {
        ProviderLimiter gate = new ProviderLimiter(new Limits(OptionalInt.empty(), OptionalInt.of(100), 1000), time);
        assertThat(gate.enter(1_000_000)).isTrue();
        assertThat(gate.enter(1)).isFalse();
        gate.leave(1_000_000, 100);
        time.pass(Duration.ofMinutes(1));
        assertThat(gate.enter(1_000_000)).isTrue();
    }

    @Test
    @DisplayName("takes nothing of one limit from whom another one keeps out")
    void allOrNothing() {
        ProviderLimiter gate = new ProviderLimiter(new Limits(OptionalInt.of(10), OptionalInt.of(100), 1000), time);
        assertThat(gate.enter(100)).isTrue();
        for (int each = 0; each < 50; each++) {
            assertThat(gate.enter(100)).isFalse();
        }
        gate.leave(100, 10);
        assertThat(entered(gate, 10)).isEqualTo(9);
    }

    private static int entered(ProviderLimiter gate, long tokens) {
        int entered = 0;
        while (gate.enter(tokens)) {
            entered++;
        }
        return entered;
    }
}
