package io.parley.gateway.limit;

import io.github.bucket4j.Bucket;
import io.parley.bus.MonotonicTimeMeter;
import io.parley.contract.GatewayMessage.RateLimits;
import io.parley.contract.RateLimit;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Requests and tokens a minute, as far as they are limited. Knows nothing of whose limits they are. */
final class ProviderRateLimits {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Optional<Meter> requests;
    private final Optional<Meter> tokens;

    ProviderRateLimits(OptionalInt requestsPerMinute, OptionalInt tokensPerMinute, LongSupplier nanos) {
        this.requests = meter(requestsPerMinute, nanos);
        this.tokens = meter(tokensPerMinute, nanos);
    }

    /** How long these have to wait. */
    Duration delay(int calls, long estimate) {
        Duration byRequests = calls == 0
                ? Duration.ZERO
                : requests.map(meter -> meter.delay(calls)).orElse(Duration.ZERO);
        Duration byTokens = tokens.map(meter -> meter.delay(estimate)).orElse(Duration.ZERO);
        return byRequests.compareTo(byTokens) > 0 ? byRequests : byTokens;
    }

    /** Take them, whether or not they are there. */
    void consume(int calls, long estimate) {
        if (calls > 0) {
            requests.ifPresent(meter -> meter.bucket.consumeIgnoringRateLimits(calls));
        }
        tokens.ifPresent(meter -> meter.bucket.consumeIgnoringRateLimits(meter.clamped(estimate)));
    }

    /** What was taken for {@code estimate} tokens has come to {@code used}. */
    void correct(long estimate, long used) {
        tokens.ifPresent(meter -> meter.correct(used - meter.clamped(estimate)));
    }

    /** So many tokens were used that nobody had estimated. */
    void charge(long used) {
        tokens.ifPresent(meter -> meter.correct(used));
    }

    /** What is left. */
    RateLimits remaining() {
        return new RateLimits(requests.map(Meter::rate), tokens.map(Meter::rate));
    }

    private static Optional<Meter> meter(OptionalInt perMinute, LongSupplier nanos) {
        return perMinute.isEmpty() ? Optional.empty() : Optional.of(new Meter(perMinute.getAsInt(), nanos));
    }

    /** One limit. */
    private static final class Meter {

        private final int capacity;
        private final Bucket bucket;

        private Meter(int capacity, LongSupplier nanos) {
            this.capacity = capacity;
            this.bucket = Bucket.builder()
                    .addLimit(limit -> limit.capacity(capacity).refillGreedy(capacity, MINUTE))
                    .withCustomTimePrecision(new MonotonicTimeMeter(nanos))
                    .build();
        }

        /** What is larger than a whole minute's allowance would wait for ever. */
        private long clamped(long requested) {
            return Math.clamp(requested, 1, (long) capacity);
        }

        private Duration delay(long requested) {
            return Duration.ofNanos(
                    bucket.estimateAbilityToConsume(clamped(requested)).getNanosToWaitForRefill());
        }

        private void correct(long difference) {
            if (difference > 0) {
                bucket.consumeIgnoringRateLimits(difference);
            } else if (difference < 0) {
                bucket.addTokens(-difference);
            }
        }

        private RateLimit rate() {
            return new RateLimit(OptionalLong.of(capacity), Math.max(0, bucket.getAvailableTokens()), delay(capacity));
        }
    }
}
