package io.parley.gateway;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.parley.config.GatewayConfig.Limits;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/** The limits of one target: calls at one time, requests and tokens a minute. Knows nothing of who waits. */
final class Gate {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final int maxRunning;
    private final Optional<Bucket> requests;
    private final Optional<Bucket> tokens;
    private final long mostTokens;
    private int running;

    Gate(Limits limits, LongSupplier nanos) {
        this.maxRunning = limits.maxConcurrent();
        this.requests = bucket(limits.requestsPerMinute(), nanos);
        this.tokens = bucket(limits.tokensPerMinute(), nanos);
        this.mostTokens = limits.tokensPerMinute().orElse(Integer.MAX_VALUE);
    }

    /** Go in with a call of about so many tokens, if there is room for it: all of it or nothing is taken. */
    boolean enter(long estimate) {
        boolean room = running < maxRunning && pause(estimate).isZero();
        if (room) {
            running++;
            requests.ifPresent(bucket -> bucket.consumeIgnoringRateLimits(1));
            tokens.ifPresent(bucket -> bucket.consumeIgnoringRateLimits(bounded(estimate)));
        }
        return room;
    }

    /** The call has ended, and this is what it took. */
    void leave(long estimate, long used) {
        running--;
        tokens.ifPresent(bucket -> {
            long more = used - bounded(estimate);
            if (more > 0) {
                bucket.consumeIgnoringRateLimits(more);
            } else if (more < 0) {
                bucket.addTokens(-more);
            }
        });
    }

    /** How long the rates keep such a call out; zero also when only others that run are in its way. */
    Duration pause(long estimate) {
        Duration byRequests = requests.map(bucket -> pause(bucket, 1)).orElse(Duration.ZERO);
        Duration byTokens =
                tokens.map(bucket -> pause(bucket, bounded(estimate))).orElse(Duration.ZERO);
        return byRequests.compareTo(byTokens) > 0 ? byRequests : byTokens;
    }

    int running() {
        return running;
    }

    /** What is larger than a whole minute's allowance would wait for ever. */
    private long bounded(long estimate) {
        return Math.clamp(estimate, 1, mostTokens);
    }

    private static Duration pause(Bucket bucket, long tokens) {
        return Duration.ofNanos(bucket.estimateAbilityToConsume(tokens).getNanosToWaitForRefill());
    }

    private static Optional<Bucket> bucket(OptionalInt perMinute, LongSupplier nanos) {
        return perMinute.isEmpty()
                ? Optional.empty()
                : Optional.of(Bucket.builder()
                        .addLimit(limit ->
                                limit.capacity(perMinute.getAsInt()).refillGreedy(perMinute.getAsInt(), MINUTE))
                        .withCustomTimePrecision(meter(nanos))
                        .build());
    }

    private static TimeMeter meter(LongSupplier nanos) {
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
