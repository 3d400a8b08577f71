package io.parley.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.GatewayConfig.Limits;
import io.parley.gateway.ManualClock;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A target's gate")
class ProviderLimiterTest {

    private final ManualClock clock = new ManualClock();

    @Test
    @DisplayName("lets in as many as may run at one time")
    void concurrency() {
        ProviderLimiter limiter = new ProviderLimiter(new Limits(OptionalInt.empty(), OptionalInt.empty(), 2), clock);
        assertThat(limiter.tryAcquire(1)).isTrue();
        assertThat(limiter.tryAcquire(1)).isTrue();
        assertThat(limiter.tryAcquire(1)).isFalse();
        assertThat(limiter.delay(1)).isZero();
        limiter.release(1, 1);
        assertThat(limiter.tryAcquire(1)).isTrue();
    }

    @Test
    @DisplayName("lets in so many requests a minute, and says how long the next one has to wait")
    void requests() {
        ProviderLimiter limiter = new ProviderLimiter(new Limits(OptionalInt.of(60), OptionalInt.empty(), 1000), clock);
        assertThat(enterAll(limiter, 1)).isEqualTo(60);
        assertThat(limiter.delay(1)).isEqualTo(Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(1));
        assertThat(enterAll(limiter, 1)).isEqualTo(1);
        clock.advance(Duration.ofMinutes(5));
        assertThat(enterAll(limiter, 1)).isEqualTo(60);
    }

    @Test
    @DisplayName("lets in so many tokens a minute, and corrects the estimate when the call has ended")
    void tokens() {
        ProviderLimiter limiter =
                new ProviderLimiter(new Limits(OptionalInt.empty(), OptionalInt.of(6000), 1000), clock);
        assertThat(enterAll(limiter, 3000)).isEqualTo(2);
        limiter.release(3000, 1000);
        assertThat(enterAll(limiter, 2000)).isEqualTo(1);
        limiter.release(2000, 5000);
        assertThat(limiter.delay(1)).isGreaterThan(Duration.ofSeconds(29));
    }

    @Test
    @DisplayName("lets a request in that is larger than a minute's allowance, when all of that is there")
    void larger() {
        ProviderLimiter limiter =
                new ProviderLimiter(new Limits(OptionalInt.empty(), OptionalInt.of(100), 1000), clock);
        assertThat(limiter.tryAcquire(1_000_000)).isTrue();
        assertThat(limiter.tryAcquire(1)).isFalse();
        limiter.release(1_000_000, 100);
        clock.advance(Duration.ofMinutes(1));
        assertThat(limiter.tryAcquire(1_000_000)).isTrue();
    }

    @Test
    @DisplayName("takes nothing of one limit from whom another one keeps out")
    void allOrNothing() {
        ProviderLimiter limiter = new ProviderLimiter(new Limits(OptionalInt.of(10), OptionalInt.of(100), 1000), clock);
        assertThat(limiter.tryAcquire(100)).isTrue();
        for (int each = 0; each < 50; each++) {
            assertThat(limiter.tryAcquire(100)).isFalse();
        }
        limiter.release(100, 10);
        assertThat(enterAll(limiter, 10)).isEqualTo(9);
    }

    private static int enterAll(ProviderLimiter limiter, long tokens) {
        int entered = 0;
        while (limiter.tryAcquire(tokens)) {
            entered++;
        }
        return entered;
    }
}
