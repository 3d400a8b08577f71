package io.parley.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.GatewayConfig.Limits;
import io.parley.gateway.ManualClock;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Limits of a provider")
class ProviderLimiterTest {

    private final ManualClock clock = new ManualClock();

    @Test
    @DisplayName("admits calls up to the concurrency limit")
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
    @DisplayName("admits requests up to the limit per minute, and gives the delay of the next one")
    void requests() {
        ProviderLimiter limiter = new ProviderLimiter(new Limits(OptionalInt.of(60), OptionalInt.empty(), 1000), clock);
        assertThat(acquireAll(limiter, 1)).isEqualTo(60);
        assertThat(limiter.delay(1)).isEqualTo(Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(1));
        assertThat(acquireAll(limiter, 1)).isEqualTo(1);
        clock.advance(Duration.ofMinutes(5));
        assertThat(acquireAll(limiter, 1)).isEqualTo(60);
    }

    @Test
    @DisplayName("admits tokens up to the limit per minute, and corrects the estimate when the call ends")
    void tokens() {
        ProviderLimiter limiter =
                new ProviderLimiter(new Limits(OptionalInt.empty(), OptionalInt.of(6000), 1000), clock);
        assertThat(acquireAll(limiter, 3000)).isEqualTo(2);
        limiter.release(3000, 1000);
        assertThat(acquireAll(limiter, 2000)).isEqualTo(1);
        limiter.release(2000, 5000);
        assertThat(limiter.delay(1)).isGreaterThan(Duration.ofSeconds(29));
    }

    @Test
    @DisplayName("admits a request larger than the limit per minute when the full limit is available")
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
    @DisplayName("takes nothing from one limit when another one rejects the request")
    void allOrNothing() {
        ProviderLimiter limiter = new ProviderLimiter(new Limits(OptionalInt.of(10), OptionalInt.of(100), 1000), clock);
        assertThat(limiter.tryAcquire(100)).isTrue();
        for (int each = 0; each < 50; each++) {
            assertThat(limiter.tryAcquire(100)).isFalse();
        }
        limiter.release(100, 10);
        assertThat(acquireAll(limiter, 10)).isEqualTo(9);
    }

    private static int acquireAll(ProviderLimiter limiter, long tokens) {
        int acquired = 0;
        while (limiter.tryAcquire(tokens)) {
            acquired++;
        }
        return acquired;
    }
}
