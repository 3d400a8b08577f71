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

/** Limits requests and tokens per minute with token buckets, which may go into debt. A missing limit means unlimited. */
final class RateLimitBuckets {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Optional<Meter> requests;
    private final Optional<Meter> tokens;

    RateLimitBuckets(OptionalInt requestsPerMinute, OptionalInt tokensPerMinute, LongSupplier nanos) {
        this.requests = meter(requestsPerMinute, nanos);
        this.tokens = meter(tokensPerMinute, nanos);
    }

    /** The delay until the calls and tokens are available. */
    Duration delay(int calls, long estimate) {
        Duration byRequests = calls == 0
                ? Duration.ZERO
                : requests.map(meter -> meter.delay(calls)).orElse(Duration.ZERO);
        Duration byTokens = tokens.map(meter -> meter.delay(estimate)).orElse(Duration.ZERO);
        return byRequests.compareTo(byTokens) > 0 ? byRequests : byTokens;
    }

    /** Consumes the calls and tokens, even if that exceeds the limits. */
    void consume(int calls, long estimate) {
        if (calls > 0) {
            requests.ifPresent(meter -> meter.bucket.consumeIgnoringRateLimits(calls));
        }
        tokens.ifPresent(meter -> meter.bucket.consumeIgnoringRateLimits(meter.clamped(estimate)));
    }

    /** Replaces the charge for {@code estimate} tokens with one for {@code used} tokens. */
    void correct(long estimate, long used) {
        tokens.ifPresent(meter -> meter.correct(used - meter.clamped(estimate)));
    }

    /** Charges tokens that were used without an estimate. */
    void charge(long used) {
        tokens.ifPresent(meter -> meter.correct(used));
    }

    RateLimits remaining() {
        return new RateLimits(requests.map(Meter::rate), tokens.map(Meter::rate));
    }

    private static Optional<Meter> meter(OptionalInt perMinute, LongSupplier nanos) {
        return perMinute.isEmpty() ? Optional.empty() : Optional.of(new Meter(perMinute.getAsInt(), nanos));
    }

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

        /** Limits a request to the bucket's capacity: a larger one would wait forever. */
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
