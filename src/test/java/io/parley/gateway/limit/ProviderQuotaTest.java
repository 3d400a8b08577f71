package io.parley.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.RateLimit;
import io.parley.gateway.ManualClock;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Remaining quota of a provider")
class ProviderQuotaTest {

    private final ManualClock clock = new ManualClock();
    private final ProviderQuota quota = new ProviderQuota(clock);

    @Test
    @DisplayName("is unknown before the provider reports it, and delays no request")
    void unknown() {
        quota.acquire(1000);
        assertThat(quota.remaining()).isEmpty();
        assertThat(quota.delay(1_000_000)).isZero();
    }

    @Test
    @DisplayName("is the reported value, less what was used since, plus what was refilled")
    void refills() {
        quota.update(new RateLimit(OptionalLong.of(60), 0, Duration.ofSeconds(30)));
        assertThat(quota.remaining()).hasValue(0);
        assertThat(quota.delay(1)).isEqualTo(Duration.ofMillis(500));
        clock.advance(Duration.ofSeconds(10));
        assertThat(quota.remaining()).hasValue(20);
        assertThat(quota.delay(20)).isZero();
        quota.acquire(20);
        assertThat(quota.delay(10)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    @DisplayName("is available again at the reset time when the limit is unknown")
    void resets() {
        quota.update(new RateLimit(OptionalLong.empty(), 1, Duration.ofSeconds(3)));
        assertThat(quota.delay(1)).isZero();
        quota.acquire(1);
        assertThat(quota.delay(1)).isEqualTo(Duration.ofSeconds(3));
        clock.advance(Duration.ofSeconds(3));
        assertThat(quota.delay(1)).isZero();
        assertThat(quota.remaining()).isEmpty();
    }

    @Test
    @DisplayName("admits a request larger than the limit when the full limit is available")
    void larger() {
        quota.update(new RateLimit(OptionalLong.of(100), 50, Duration.ofSeconds(10)));
        assertThat(quota.delay(1000)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    @DisplayName("expires after one minute, however long the reported reset takes")
    void expires() {
        quota.update(new RateLimit(OptionalLong.of(100), 0, Duration.ofHours(8)));
        assertThat(quota.delay(1)).isEqualTo(Duration.ofMinutes(1));
        clock.advance(Duration.ofMinutes(1));
        assertThat(quota.delay(1)).isZero();
    }
}
