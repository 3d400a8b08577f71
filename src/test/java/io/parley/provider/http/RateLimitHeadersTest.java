package io.parley.provider.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.ProviderMessage.RateLimitsReported;
import io.parley.contract.RateLimit;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The rate limits in response headers")
class RateLimitHeadersTest {

    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");

    @Test
    @DisplayName("are parsed in OpenAI's format")
    void openAi() {
        RateLimitsReported limits = read(
                        "x-ratelimit-limit-requests", "60",
                        "x-ratelimit-remaining-requests", "59",
                        "x-ratelimit-reset-requests", "1s",
                        "x-ratelimit-limit-tokens", "150000",
                        "x-ratelimit-remaining-tokens", "149984",
                        "x-ratelimit-reset-tokens", "6m0s")
                .orElseThrow();
        assertThat(limits.requests()).hasValue(new RateLimit(OptionalLong.of(60), 59, Duration.ofSeconds(1)));
        assertThat(limits.tokens()).hasValue(new RateLimit(OptionalLong.of(150_000), 149_984, Duration.ofMinutes(6)));
    }

    @Test
    @DisplayName("are parsed in Anthropic's format")
    void anthropic() {
        RateLimitsReported limits = read(
                        "anthropic-ratelimit-requests-limit", "50",
                        "anthropic-ratelimit-requests-remaining", "0",
                        "anthropic-ratelimit-requests-reset", "2026-11-21T08:00:30Z",
                        "anthropic-ratelimit-input-tokens-limit", "1000",
                        "anthropic-ratelimit-input-tokens-remaining", "10",
                        "anthropic-ratelimit-input-tokens-reset", "2026-11-21T07:00:00Z")
                .orElseThrow();
        assertThat(limits.requests()).hasValue(new RateLimit(OptionalLong.of(50), 0, Duration.ofSeconds(30)));
        assertThat(limits.tokens()).hasValue(new RateLimit(OptionalLong.of(1000), 10, Duration.ZERO));
    }

    @ParameterizedTest
    @CsvSource({"1s,1000", "120ms,120", "6m0s,360000", "1h0m1.5s,3601500", "59.7,59700", "1m,60000", "1d,86400000"})
    @DisplayName("can have reset times as Go durations or in seconds")
    void durations(String text, long millis) {
        assertThat(resetAfter(text)).hasValue(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1s", "s", "1x", "1e9", "99999999999999999999s", "2026-11-21"})
    @DisplayName("are ignored without a valid reset time")
    void invalid(String text) {
        assertThat(resetAfter(text)).isEmpty();
    }

    private static Optional<Duration> resetAfter(String text) {
        return read("x-ratelimit-remaining-requests", "1", "x-ratelimit-reset-requests", text)
                .flatMap(RateLimitsReported::requests)
                .map(RateLimit::resetAfter);
    }

    private static Optional<RateLimitsReported> read(String... headers) {
        MultiMap map = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < headers.length; i += 2) {
            map.add(headers[i], headers[i + 1]);
        }
        return RateLimitHeaders.parse("a", map, NOW);
    }
}
