package io.parley.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Problem.Fault;
import io.parley.gateway.limit.RetryBudget;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Provider statistics of the gateway")
class ProviderStatisticsTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @Test
    @DisplayName("the retry budget allows ten retries, or a fifth of the requests of the last ten seconds")
    void retryBudget() {
        RetryBudget budget = new RetryBudget();
        for (int request = 0; request < 100; request++) {
            budget.recordRequest(0);
        }
        assertThat(acquireAll(budget, 5 * SECOND)).isEqualTo(20);
        assertThat(acquireAll(budget, 9 * SECOND)).isZero();
        assertThat(acquireAll(budget, 16 * SECOND)).isEqualTo(10);
        assertThat(acquireAll(budget, 60 * SECOND)).isEqualTo(10);
    }

    @Test
    @DisplayName("the failure window holds only the most recent calls")
    void failures() {
        FailureWindow window = new FailureWindow(20);
        for (int call = 0; call < 40; call++) {
            window.add(call % 2 == 0);
        }
        assertThat(window.failures()).isEqualTo(10);
        for (int call = 0; call < 19; call++) {
            window.add(false);
        }
        assertThat(window.failures()).isZero();
    }

    @Test
    @DisplayName("the latency tracker follows new samples and drops old ones")
    void latencies() {
        LatencyTracker latencies = new LatencyTracker();
        assertThat(latencies.expected(0)).isEmpty();
        for (int call = 1; call <= 100; call++) {
            latencies.add(Duration.ofMillis(call), call);
        }
        assertThat(latencies.percentile(0.5)).hasValue(50);
        assertThat(latencies.percentile(0.95)).hasValue(95);
        assertThat(latencies.expected(100).orElseThrow()).isBetween(90e6, 100e6);
        assertThat(latencies.expected(100 + 61 * SECOND)).isEmpty();
        for (int call = 0; call < 256; call++) {
            latencies.add(Duration.ofMillis(7), SECOND);
        }
        assertThat(latencies.percentile(0.95)).hasValue(7);
    }

    @Test
    @DisplayName("a provider becomes healthy again after a successful call, a successful probe, or a pause")
    void providerHealth() {
        ProviderHealth health = new ProviderHealth(-SECOND);
        Optional<Duration> noPause = Optional.empty();
        health.onFailure(Fault.ERROR, noPause, 0);
        health.onFailure(Fault.ERROR, noPause, 0);
        assertThat(health.isHealthy(0)).isTrue();
        health.onFailure(Fault.ERROR, noPause, 0);
        assertThat(health.isHealthy(29 * SECOND)).isFalse();
        assertThat(health.isHealthy(30 * SECOND)).isTrue();
        assertThat(health.lastError()).contains(Fault.ERROR);
        health.onProbeSuccess(SECOND);
        assertThat(health.isHealthy(SECOND)).isTrue();
        health.onFailure(Fault.AUTH, noPause, SECOND);
        assertThat(health.isHealthy(SECOND)).isFalse();
        health.onSuccess(SECOND);
        assertThat(health.isHealthy(SECOND)).isTrue();
        assertThat(health.lastError()).isEmpty();
    }

    @Test
    @DisplayName("a successful probe does not clear a quota fault, and a retry delay keeps a provider unhealthy")
    void quotaAndRetryAfter() {
        ProviderHealth health = new ProviderHealth(0);
        health.onFailure(Fault.QUOTA, Optional.empty(), 0);
        health.onProbeSuccess(SECOND);
        assertThat(health.isHealthy(SECOND)).isFalse();
        health.onSuccess(SECOND);
        health.onFailure(Fault.RATE_LIMITED, Optional.of(Duration.ofSeconds(7)), SECOND);
        assertThat(health.isHealthy(7 * SECOND)).isFalse();
        assertThat(health.isHealthy(8 * SECOND)).isTrue();
        assertThat(health.idleFor(Duration.ofSeconds(5), 5 * SECOND)).isFalse();
        assertThat(health.idleFor(Duration.ofSeconds(5), 6 * SECOND)).isTrue();
    }

    private static int acquireAll(RetryBudget budget, long now) {
        int acquired = 0;
        while (budget.tryAcquire(now)) {
            acquired++;
        }
        return acquired;
    }
}
