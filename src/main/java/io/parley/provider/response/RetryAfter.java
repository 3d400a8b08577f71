package io.parley.provider.response;

import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Parses the requested retry delay of a provider: {@code retry-after-ms}, or {@code retry-after} in seconds or as a date. */
public final class RetryAfter {

    private static final Duration MAX = Duration.ofDays(1);

    private RetryAfter() {}

    /** Returns the delay; empty if the headers have none or cannot be parsed. */
    public static Optional<Duration> parse(MultiMap headers, Instant now) {
        return number(headers.get("retry-after-ms"), 1)
                .or(() -> number(headers.get("retry-after"), 1000))
                .or(() -> durationUntil(
                        headers.get("retry-after"), date(headers.get("date")).orElse(now)));
    }

    private static Optional<Duration> number(@Nullable String text, int millis) {
        if (text == null || !text.matches("\\d{1,12}(\\.\\d{0,9})?")) {
            return Optional.empty();
        }
        return Optional.of(clamped(Duration.ofMillis(Math.round(Double.parseDouble(text) * millis))));
    }

    /** The delay from {@code now} to a date; {@code now} is the provider's own clock if its response has a date. */
    private static Optional<Duration> durationUntil(@Nullable String text, Instant now) {
        return date(text).map(then -> clamped(Duration.between(now, then)));
    }

    private static Optional<Instant> date(@Nullable String text) {
        try {
            return Optional.ofNullable(text)
                    .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
        } catch (DateTimeException invalid) {
            return Optional.empty();
        }
    }

    private static Duration clamped(Duration delay) {
        return delay.isNegative() ? Duration.ZERO : delay.compareTo(MAX) > 0 ? MAX : delay;
    }
}
