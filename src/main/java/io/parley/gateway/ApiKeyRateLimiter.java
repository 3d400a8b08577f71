package io.parley.gateway;

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
final class ApiKeyRateLimiter {

    private static final int MOST_KEYS = 10_000;
    private static final int MOST_CALLS = 100_000;
    /** Long enough for the debt of a very long answer to be paid. */
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private final LongSupplier nanos;
    private final Cache<String, ProviderRateLimits> keys;
    /** What was taken for calls whose end is still to be told. */
    private final Cache<String, Long> taken;

    ApiKeyRateLimiter(LongSupplier nanos) {
        this.nanos = nanos;
        this.keys = cache(MOST_KEYS);
        this.taken = cache(MOST_CALLS);
    }

    /** Has {@code open} answered if its key allows that now, if there is one; an answer that costs no tokens of its own takes none. */
    Future<AnswerHandle> within(Open open, long estimate, Supplier<Future<AnswerHandle>> answer) {
        Optional<ProviderRateLimits> limited = open.terms().grant().filter(ApiKeyRateLimiter::limits).map(this::rates);
        if (limited.isEmpty()) {
            return answer.get();
        }
        ProviderRateLimits rates = limited.get();
        int calls = open.terms().calls() == 0 ? 1 : 0; // what is begun anew was asked once
        Duration pause = rates.pause(calls, estimate);
        if (!pause.isZero()) {
            return Future.failedFuture(new Problem.RateLimited(pause).toException());
        }
        rates.take(calls, estimate);
        taken.put(open.callId(), estimate);
        return Future.<AnswerHandle>future(done -> answer.get().onComplete(done)) // a problem may be thrown
                .onFailure(_ -> settle(rates, open.callId(), 0))
                .onSuccess(answering -> {
                    if (answering.cached()) {
                        settle(rates, open.callId(), 0);
                    }
                })
                .map(answering -> answering.within(rates.left()));
    }

    /** An attempt has ended, and this is what it used. */
    void ended(AttemptEnded attempt) {
        ProviderRateLimits rates = attempt.origin().apiKey().map(keys::getIfPresent).orElse(null);
        if (rates != null) {
            long used = attempt.usage().inputTokens() + attempt.usage().outputTokens();
            if (attempt.firstTokenMillis() >= 0) {
                settle(rates, call(attempt.id()), used);
            } else {
                rates.spend(used); // another attempt may follow: the estimate is for that
            }
        }
    }

    private void settle(ProviderRateLimits rates, String callId, long used) {
        Optional.ofNullable(taken.asMap().remove(callId))
                .ifPresentOrElse(estimate -> rates.correct(estimate, used), () -> rates.spend(used));
    }

    private static boolean limits(ApiKeyGrant grant) {
        return grant.requestsPerMinute().isPresent() || grant.tokensPerMinute().isPresent();
    }

    private ProviderRateLimits rates(ApiKeyGrant grant) {
        return keys.get(grant.keyId(), _ -> new ProviderRateLimits(grant.requestsPerMinute(), grant.tokensPerMinute(), nanos));
    }

    /** Attempts are numbered behind the id of their call. */
    private static String call(String attemptId) {
        int dot = attemptId.lastIndexOf('.');
        return dot < 0 ? attemptId : attemptId.substring(0, dot);
    }

    private <V> Cache<String, V> cache(int most) {
        return Caffeine.newBuilder()
                .maximumSize(most)
                .expireAfterAccess(REMEMBERED)
                .executor(Runnable::run)
                .ticker(nanos::getAsLong)
                .build();
    }
}
