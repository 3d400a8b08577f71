package io.parley.gateway;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.parley.contract.GatewayMessage.RateLimits;
import io.parley.contract.GatewayMessage.RateLimit;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
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
    Duration pause(int calls, long estimate) {
        Duration byRequests = calls == 0
                ? Duration.ZERO
                : requests.map(meter -> meter.pause(calls)).orElse(Duration.ZERO);
        Duration byTokens = tokens.map(meter -> meter.pause(estimate)).orElse(Duration.ZERO);
        return byRequests.compareTo(byTokens) > 0 ? byRequests : byTokens;
    }

    /** Take them, whether or not they are there. */
    void take(int calls, long estimate) {
        if (calls > 0) {
            requests.ifPresent(meter -> meter.bucket.consumeIgnoringRateLimits(calls));
        }
        tokens.ifPresent(meter -> meter.bucket.consumeIgnoringRateLimits(meter.bounded(estimate)));
    }

    /** What was taken for {@code estimate} tokens has come to {@code used}. */
    void correct(long estimate, long used) {
        tokens.ifPresent(meter -> meter.correct(used - meter.bounded(estimate)));
    }

    /** So many tokens were used that nobody had estimated. */
    void spend(long used) {
        tokens.ifPresent(meter -> meter.correct(used));
    }

    /** What is left. */
    RateLimits left() {
        return new RateLimits(requests.map(Meter::rate), tokens.map(Meter::rate));
    }

    private static Optional<Meter> meter(OptionalInt perMinute, LongSupplier nanos) {
        return perMinute.isEmpty() ? Optional.empty() : Optional.of(new Meter(perMinute.getAsInt(), nanos));
    }

    /** One limit. */
    private static final class Meter {

        private final int most;
        private final Bucket bucket;

        private Meter(int most, LongSupplier nanos) {
            this.most = most;
            this.bucket = Bucket.builder()
                    .addLimit(limit -> limit.capacity(most).refillGreedy(most, MINUTE))
                    .withCustomTimePrecision(clock(nanos))
                    .build();
        }

        /** What is larger than a whole minute's allowance would wait for ever. */
        private long bounded(long wanted) {
            return Math.clamp(wanted, 1, (long) most);
        }

        private Duration pause(long wanted) {
            return Duration.ofNanos(
                    bucket.estimateAbilityToConsume(bounded(wanted)).getNanosToWaitForRefill());
        }

        private void correct(long more) {
            if (more > 0) {
                bucket.consumeIgnoringRateLimits(more);
            } else if (more < 0) {
                bucket.addTokens(-more);
            }
        }

        private RateLimit rate() {
            return new RateLimit(most, Math.max(0, bucket.getAvailableTokens()), pause(most));
        }
    }

    private static TimeMeter clock(LongSupplier nanos) {
        return new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return nanos.getAsLong();
            }

            @Override
            public boolean isWallClockBased() {
                return false;
            }
        };
    }
}
