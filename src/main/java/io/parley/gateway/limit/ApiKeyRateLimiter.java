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
 * Keeps every key to the requests and the tokens a minute that it may have: by an estimate first, by what was used then. Knows nothing
 * of where the requests go.
 */
public final class ApiKeyRateLimiter {

    private static final int MAX_KEYS = 10_000;
    private static final int MAX_CALLS = 100_000;
    /** Long enough for the debt of a very long answer to be paid. */
    private static final Duration TTL = Duration.ofHours(1);

    private final LongSupplier nanos;
    private final Cache<String, ProviderRateLimits> keys;
    /** What was taken for calls whose end is still to be told. */
    private final Cache<String, Long> estimates;

    public ApiKeyRateLimiter(LongSupplier nanos) {
        this.nanos = nanos;
        this.keys = cache(MAX_KEYS);
        this.estimates = cache(MAX_CALLS);
    }

    /** Has {@code open} answered if its key allows that now, if there is one; an answer that costs no tokens of its own takes none. */
    public Future<AnswerHandle> admit(Open open, long estimate, Supplier<Future<AnswerHandle>> answer) {
        Optional<ProviderRateLimits> limits =
                open.options().grant().filter(ApiKeyRateLimiter::isLimited).map(this::rateLimits);
        if (limits.isEmpty()) {
            return answer.get();
        }
        ProviderRateLimits rateLimits = limits.get();
        int calls = open.options().attemptsUsed() == 0 ? 1 : 0; // what is begun anew was asked once
        Duration delay = rateLimits.delay(calls, estimate);
        if (!delay.isZero()) {
            return Future.failedFuture(new Problem.RateLimited(delay).toException());
        }
        rateLimits.consume(calls, estimate);
        estimates.put(open.callId(), estimate);
        return Future.<AnswerHandle>future(promise -> answer.get().onComplete(promise)) // a problem may be thrown
                .onFailure(_ -> settle(rateLimits, open.callId(), 0))
                .onSuccess(handle -> {
                    if (handle.cached()) {
                        settle(rateLimits, open.callId(), 0);
                    }
                })
                .map(handle -> handle.withRateLimits(rateLimits.remaining()));
    }

    /** An attempt has ended, and this is what it used. */
    public void onAttemptEnded(AttemptEnded attempt) {
        ProviderRateLimits rateLimits =
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

    private void settle(ProviderRateLimits rateLimits, String callId, long used) {
        Optional.ofNullable(estimates.asMap().remove(callId))
                .ifPresentOrElse(estimate -> rateLimits.correct(estimate, used), () -> rateLimits.charge(used));
    }

    private static boolean isLimited(ApiKeyGrant grant) {
        return grant.requestsPerMinute().isPresent() || grant.tokensPerMinute().isPresent();
    }

    private ProviderRateLimits rateLimits(ApiKeyGrant grant) {
        return keys.get(
                grant.keyId(), _ -> new ProviderRateLimits(grant.requestsPerMinute(), grant.tokensPerMinute(), nanos));
    }

    /** Attempts are numbered behind the id of their call. */
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
