package io.parley.gateway.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.parley.contract.AuthMessage.ApiKeyGrant;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.Problem;
import io.parley.contract.UsageMessage.AttemptEnded;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Enforces the requests and tokens per minute of each API key. Charges an estimate first and corrects it by the actual usage. Does not
 * know the providers.
 */
public final class ApiKeyRateLimiter {

    private static final int MAX_KEYS = 10_000;
    private static final int MAX_CALLS = 100_000;
    /** Long enough for the quota of a key to refill after a very long answer. */
    private static final Duration TTL = Duration.ofHours(1);

    private final LongSupplier nanos;
    private final Cache<String, RateLimitBuckets> keys;
    /** The tokens charged for calls whose usage is not reported yet, by call id. */
    private final Cache<String, Long> estimates;

    public ApiKeyRateLimiter(LongSupplier nanos) {
        this.nanos = nanos;
        this.keys = cache(MAX_KEYS);
        this.estimates = cache(MAX_CALLS);
    }

    /** Runs {@code answer} if the key of the request, if any, allows it now; fails with {@link Problem.RateLimited} otherwise. Cached answers are not charged. */
    public Future<AnswerHandle> admit(Open open, long estimate, Supplier<Future<AnswerHandle>> answer) {
        Optional<RateLimitBuckets> limits =
                open.options().grant().filter(ApiKeyRateLimiter::isLimited).map(this::rateLimits);
        if (limits.isEmpty()) {
            return answer.get();
        }
        RateLimitBuckets rateLimits = limits.get();
        int calls = open.options().attemptsUsed() == 0 ? 1 : 0; // a restarted request counts once
        Duration delay = rateLimits.delay(calls, estimate);
        if (!delay.isZero()) {
            return Future.failedFuture(new Problem.RateLimited(delay).toException());
        }
        rateLimits.consume(calls, estimate);
        estimates.put(open.callId(), estimate);
        return Future.<AnswerHandle>future(promise -> answer.get().onComplete(promise)) // answer may throw a problem
                .onFailure(_ -> settle(rateLimits, open.callId(), 0))
                .onSuccess(handle -> {
                    if (handle.cached()) {
                        settle(rateLimits, open.callId(), 0);
                    }
                })
                .map(handle -> handle.withRateLimits(rateLimits.remaining()));
    }

    /** Charges the actual usage of an attempt. */
    public void onAttemptEnded(AttemptEnded attempt) {
        RateLimitBuckets rateLimits =
                attempt.requestContext().apiKey().map(keys::getIfPresent).orElse(null);
        if (rateLimits != null) {
            long used = attempt.usage().inputTokens() + attempt.usage().outputTokens();
            if (attempt.firstTokenMillis() >= 0) {
                settle(rateLimits, callId(attempt.id()), used);
            } else {
                rateLimits.charge(used); // another attempt may follow: the estimate is for that
            }
        }
    }

    private void settle(RateLimitBuckets rateLimits, String callId, long used) {
        Optional.ofNullable(estimates.asMap().remove(callId))
                .ifPresentOrElse(estimate -> rateLimits.correct(estimate, used), () -> rateLimits.charge(used));
    }

    private static boolean isLimited(ApiKeyGrant grant) {
        return grant.requestsPerMinute().isPresent() || grant.tokensPerMinute().isPresent();
    }

    private RateLimitBuckets rateLimits(ApiKeyGrant grant) {
        return keys.get(
                grant.keyId(), _ -> new RateLimitBuckets(grant.requestsPerMinute(), grant.tokensPerMinute(), nanos));
    }

    /** An attempt id is its call id followed by a dot and a number. */
    private static String callId(String attemptId) {
        int dot = attemptId.lastIndexOf('.');
        return dot < 0 ? attemptId : attemptId.substring(0, dot);
    }

    private <V> Cache<String, V> cache(int max) {
        return Caffeine.newBuilder()
                .maximumSize(max)
                .expireAfterAccess(TTL)
                .executor(Runnable::run)
                .ticker(nanos::getAsLong)
                .build();
    }
}
