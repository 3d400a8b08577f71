package io.parley.http.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.parley.contract.Problem;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Who has failed too often in the last minute to try again. A try counts from its beginning, or many could be under way at once.
 * Lives on one event loop.
 */
final class FailedTries {

    private static final int MOST = 5;
    private static final int MOST_REMEMBERED = 100_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final LongSupplier nanos;
    private final Cache<String, Deque<Long>> tries;

    FailedTries(LongSupplier nanos) {
        this.nanos = nanos;
        this.tries = Caffeine.newBuilder()
                .maximumSize(MOST_REMEMBERED)
                .expireAfterAccess(MINUTE)
                .ticker(nanos::getAsLong)
                .build();
    }

    /** Begin a try of {@code who}: a name for it, unless it has to wait. */
    long begin(String who) {
        Deque<Long> begun = tries.get(who, _ -> new ArrayDeque<>());
        long now = nanos.getAsLong();
        begun.removeIf(each -> now - each >= MINUTE.toNanos());
        if (begun.size() >= MOST) {
            Duration pause = Duration.ofNanos(begun.getFirst() + MINUTE.toNanos() - now);
            throw new Problem.RateLimited(pause).toException();
        }
        begun.addLast(now);
        return now;
    }

    /** The try did not fail after all. */
    void forgive(String who, long begun) {
        Optional.ofNullable(tries.getIfPresent(who)).ifPresent(all -> all.removeFirstOccurrence(begun));
    }
}
