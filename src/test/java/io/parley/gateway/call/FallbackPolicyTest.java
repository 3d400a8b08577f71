package io.parley.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.GatewayConfig.Retry;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.gateway.call.FallbackPolicy.Decision;
import io.parley.gateway.call.FallbackPolicy.Fallback;
import io.parley.gateway.call.FallbackPolicy.GiveUp;
import io.parley.gateway.call.FallbackPolicy.Progress;
import io.parley.gateway.call.FallbackPolicy.RetrySame;
import io.parley.gateway.limit.RetryBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Fallback policy")
class FallbackPolicyTest {

    private static final Duration REMAINING = Duration.ofSeconds(20);

    private final FallbackPolicy policy = new FallbackPolicy(
            Retry.DEFAULT,
            new RetryBudget(),
            RandomGeneratorFactory.of("L64X128MixRandom").create(7));

    @ParameterizedTest
    @EnumSource(names = {"RATE_LIMITED", "OVERLOADED", "ERROR", "TRUNCATED"})
    @DisplayName("a transient fault is retried once at the same provider, then at another")
    void passing(Fault fault) {
        assertThat(after(fault, new Progress(1, 1, true, REMAINING))).isInstanceOf(RetrySame.class);
        assertThat(after(fault, new Progress(2, 2, true, REMAINING))).isInstanceOf(Fallback.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"UNREACHABLE", "PROTOCOL", "AUTH", "QUOTA", "NO_RESPONSE", "STALLED"})
    @DisplayName("a permanent fault leads to another provider at once")
    void lasting(Fault fault) {
        assertThat(after(fault, new Progress(1, 1, true, REMAINING))).isInstanceOf(Fallback.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTH", "QUOTA", "NO_RESPONSE", "STALLED"})
    @DisplayName("a permanent fault without another provider ends the request")
    void withoutAlternative(Fault fault) {
        assertThat(after(fault, new Progress(1, 1, false, REMAINING))).isEqualTo(new GiveUp());
    }

    @ParameterizedTest
    @EnumSource(names = {"REJECTED", "TOO_LONG", "UNKNOWN_MODEL", "OUTPUT_LIMIT"})
    @DisplayName("a rejected request is not retried")
    void refused(Fault fault) {
        assertThat(after(fault, new Progress(1, 1, true, REMAINING))).isEqualTo(new GiveUp());
    }

    @Test
    @DisplayName("there are at most three calls")
    void atMostThreeCalls() {
        assertThat(after(Fault.ERROR, new Progress(2, 2, false, REMAINING))).isInstanceOf(RetrySame.class);
        assertThat(after(Fault.ERROR, new Progress(3, 3, false, REMAINING))).isEqualTo(new GiveUp());
        assertThat(after(Fault.AUTH, new Progress(3, 1, true, REMAINING))).isEqualTo(new GiveUp());
    }

    @Test
    @DisplayName("the last call uses another provider when there is one")
    void last() {
        assertThat(after(Fault.ERROR, new Progress(2, 1, true, REMAINING))).isInstanceOf(Fallback.class);
    }

    @Test
    @DisplayName("the backoff is random, up to a bound that doubles with each call")
    void jitter() {
        assertThat(delays(1)).allMatch(pause -> pause.compareTo(Duration.ofMillis(250)) <= 0);
        assertThat(delays(1)).anyMatch(pause -> pause.compareTo(Duration.ofMillis(200)) > 0);
        assertThat(delays(1)).anyMatch(pause -> pause.compareTo(Duration.ofMillis(50)) < 0);
        assertThat(delays(2)).allMatch(pause -> pause.compareTo(Duration.ofMillis(500)) <= 0);
        assertThat(delays(2)).anyMatch(pause -> pause.compareTo(Duration.ofMillis(300)) > 0);
    }

    @Test
    @DisplayName("the provider's retry delay is used, plus jitter")
    void providerRetryDelay() {
        assertThat(after(limited(2000), new Progress(1, 1, false, REMAINING)))
                .isInstanceOfSatisfying(
                        RetrySame.class,
                        again -> assertThat(again.delay()).isBetween(Duration.ofSeconds(2), Duration.ofMillis(2600)));
        assertThat(after(limited(2000), new Progress(1, 1, true, REMAINING))).isInstanceOf(RetrySame.class);
    }

    @Test
    @DisplayName("a retry delay beyond the deadline leads to a fallback, or ends the request")
    void tooLong() {
        assertThat(after(limited(30_000), new Progress(1, 1, false, REMAINING))).isEqualTo(new GiveUp());
        assertThat(after(limited(10_000), new Progress(1, 1, true, REMAINING))).isInstanceOf(Fallback.class);
        assertThat(after(limited(10_000), new Progress(1, 1, false, REMAINING))).isInstanceOf(RetrySame.class);
    }

    @Test
    @DisplayName("a used-up retry budget prevents another call to the same provider")
    void retryBudget() {
        for (int each = 0; each < 10; each++) {
            assertThat(after(Fault.ERROR, new Progress(1, 1, false, REMAINING))).isInstanceOf(RetrySame.class);
        }
        assertThat(after(Fault.ERROR, new Progress(1, 1, false, REMAINING))).isEqualTo(new GiveUp());
        assertThat(after(Fault.ERROR, new Progress(1, 1, true, REMAINING))).isInstanceOf(Fallback.class);
    }

    @Test
    @DisplayName("a spent provider budget leads to a fallback; any other spent budget ends the request")
    void budgets() {
        Progress progress = new Progress(0, 0, true, REMAINING);
        assertThat(policy.decide(new Problem.BudgetExceeded("provider:a"), progress, 0))
                .isInstanceOf(Fallback.class);
        assertThat(policy.decide(new Problem.BudgetExceeded("user:ann"), progress, 0))
                .isEqualTo(new GiveUp());
    }

    private List<Duration> delays(int callsHere) {
        List<Duration> delays = new ArrayList<>();
        for (int each = 0; each < 100; each++) {
            FallbackPolicy fresh = new FallbackPolicy(
                    Retry.DEFAULT,
                    new RetryBudget(),
                    RandomGeneratorFactory.of("L64X128MixRandom").create(each));
            if (fresh.decide(
                            failed(Fault.ERROR, Optional.empty()),
                            new Progress(callsHere, callsHere, false, REMAINING),
                            0)
                    instanceof RetrySame again) {
                delays.add(again.delay());
            }
        }
        return delays;
    }

    private Decision after(Fault fault, Progress progress) {
        return after(failed(fault, Optional.empty()), progress);
    }

    private Decision after(Problem problem, Progress progress) {
        return policy.decide(problem, progress, 0);
    }

    private static Problem limited(long millis) {
        return failed(Fault.RATE_LIMITED, Optional.of(Duration.ofMillis(millis)));
    }

    private static Problem failed(Fault fault, Optional<Duration> retryAfter) {
        return new Problem.ProviderFailed("a", fault, retryAfter);
    }
}
