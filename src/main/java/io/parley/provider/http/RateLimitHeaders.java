package io.parley.provider.http;

import io.parley.contract.ProviderMessage.RateLimitsReported;
import io.parley.contract.RateLimit;
import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses the rate limits that a provider reports in response headers, in the format of OpenAI or Anthropic. */
public final class RateLimitHeaders {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,15}");
    /** For example {@code 6m0s}, {@code 1.5s}, {@code 120ms}; a number without a unit is in seconds. */
    private static final Pattern DURATION = Pattern.compile("(?:(\\d{1,3})d)?(?:(\\d{1,4})h)?(?:(\\d{1,6})m(?!s))?"
            + "(?:(\\d{1,7}(?:\\.\\d{1,9})?)(?:s|$))?(?:(\\d{1,9})(?:\\.\\d{1,9})?ms)?");

    private RateLimitHeaders() {}

    /** Returns the rate limits; empty if the headers have none or cannot be parsed. */
    public static Optional<RateLimitsReported> parse(String provider, MultiMap headers, Instant now) {
        Optional<RateLimit> requests = openAi(headers, "requests").or(() -> anthropic(headers, "requests", now));
        Optional<RateLimit> tokens = openAi(headers, "tokens")
                .or(() -> anthropic(headers, "tokens", now))
                .or(() -> anthropic(headers, "input-tokens", now));
        return requests.isEmpty() && tokens.isEmpty()
                ? Optional.empty()
                : Optional.of(new RateLimitsReported(provider, requests, tokens));
    }

    private static Optional<RateLimit> openAi(MultiMap headers, String kind) {
        return rateLimit(
                headers.get("x-ratelimit-limit-" + kind),
                headers.get("x-ratelimit-remaining-" + kind),
                duration(headers.get("x-ratelimit-reset-" + kind)));
    }

    private static Optional<RateLimit> anthropic(MultiMap headers, String kind, Instant now) {
        String prefix = "anthropic-ratelimit-" + kind;
        return rateLimit(
                headers.get(prefix + "-limit"),
                headers.get(prefix + "-remaining"),
                durationUntil(headers.get(prefix + "-reset"), now));
    }

    /** Requires the reset time: without it the limit would have no known end. */
    private static Optional<RateLimit> rateLimit(
            @Nullable String limit, @Nullable String remaining, Optional<Duration> reset) {
        OptionalLong max = number(limit);
        OptionalLong count = number(remaining);
        return count.isEmpty()
                ? Optional.empty()
                : reset.map(resetAfter -> new RateLimit(max, count.getAsLong(), resetAfter));
    }

    private static OptionalLong number(@Nullable String text) {
        return text != null && NUMBER.matcher(text).matches()
                ? OptionalLong.of(Long.parseLong(text))
                : OptionalLong.empty();
    }

    private static Optional<Duration> duration(@Nullable String text) {
        Matcher matcher = DURATION.matcher(text == null ? "" : text);
        if (!matcher.matches() || matcher.end() == 0) {
            return Optional.empty();
        }
        double seconds = part(matcher.group(1)) * 86_400
                + part(matcher.group(2)) * 3_600
                + part(matcher.group(3)) * 60
                + part(matcher.group(4))
                + part(matcher.group(5)) / 1000;
        return Optional.of(Duration.ofMillis(Math.round(seconds * 1000)));
    }

    private static double part(@Nullable String digits) {
        return digits == null ? 0 : Double.parseDouble(digits);
    }

    private static Optional<Duration> durationUntil(@Nullable String text, Instant now) {
        try {
            return Optional.ofNullable(text)
                    .map(value ->
                            Duration.between(now, OffsetDateTime.parse(value).toInstant()))
                    .map(duration -> duration.isNegative() ? Duration.ZERO : duration);
        } catch (DateTimeException invalid) {
            return Optional.empty();
        }
    }
}
