package io.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Problem.Fault;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The gateway's memory")
class ProviderStatisticsTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @Test
    @DisplayName("of repetitions allows ten, or a fifth of the requests of the last ten seconds")
    void retryBudget() {
        RetryBudget budget = new RetryBudget();
        for (int request = 0; request < 100; request++) {
            budget.request(0);
        }
        assertThat(taken(budget, 5 * SECOND)).isEqualTo(20);
        assertThat(taken(budget, 9 * SECOND)).isZero();
        assertThat(taken(budget, 16 * SECOND)).isEqualTo(10);
        assertThat(taken(budget, 60 * SECOND)).isEqualTo(10);
    }

    @Test
    @DisplayName("of failures holds the last calls and no others")
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
    @DisplayName("of latencies follows the newest, and forgets what is old")
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
    @DisplayName("of health lets a target recover by a good call, a good look, or time")
    void pulse() {
        ProviderHealth pulse = new ProviderHealth(-SECOND);
        Optional<Duration> noPause = Optional.empty();
        pulse.fails(Fault.ERROR, noPause, 0);
        pulse.fails(Fault.ERROR, noPause, 0);
        assertThat(pulse.well(0)).isTrue();
        pulse.fails(Fault.ERROR, noPause, 0);
        assertThat(pulse.well(29 * SECOND)).isFalse();
        assertThat(pulse.well(30 * SECOND)).isTrue();
        assertThat(pulse.lastError()).contains(Fault.ERROR);
        pulse.answers(SECOND);
        assertThat(pulse.well(SECOND)).isTrue();
        pulse.fails(Fault.AUTH, noPause, SECOND);
        assertThat(pulse.well(SECOND)).isFalse();
        pulse.beats(SECOND);
        assertThat(pulse.well(SECOND)).isTrue();
        assertThat(pulse.lastError()).isEmpty();
    }

    @Test
    @DisplayName("of health does not take an open door for money, and lets a target rest as long as it asks")
    void moneyAndRest() {
        ProviderHealth pulse = new ProviderHealth(0);
        pulse.fails(Fault.QUOTA, Optional.empty(), 0);
        pulse.answers(SECOND);
        assertThat(pulse.well(SECOND)).isFalse();
        pulse.beats(SECOND);
        pulse.fails(Fault.RATE_LIMITED, Optional.of(Duration.ofSeconds(7)), SECOND);
        assertThat(pulse.well(7 * SECOND)).isFalse();
        assertThat(pulse.well(8 * SECOND)).isTrue();
        assertThat(pulse.silentFor(Duration.ofSeconds(5), 5 * SECOND)).isFalse();
        assertThat(pulse.silentFor(Duration.ofSeconds(5), 6 * SECOND)).isTrue();
    }

    private static int taken(RetryBudget budget, long now) {
        int taken = 0;
        while (budget.take(now)) {
            taken++;
        }
        return taken;
    }
}
