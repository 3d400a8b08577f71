package io.parley.gateway;

import io.parley.config.GatewayConfig.Limits;
import io.parley.contract.ProviderMessage.RateLimitsReported;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** The limits of one target: calls at one time, requests and tokens a minute, and what the vendor says of its own. Knows nothing of who waits. */
final class ProviderLimiter {

    private final int maxRunning;
    private final ProviderRateLimits rates;
    private final ProviderQuota requests;
    private final ProviderQuota tokens;
    private int running;

    ProviderLimiter(Limits limits, LongSupplier nanos) {
        this.maxRunning = limits.maxConcurrent();
        this.rates = new ProviderRateLimits(limits.requestsPerMinute(), limits.tokensPerMinute(), nanos);
        this.requests = new ProviderQuota(nanos);
        this.tokens = new ProviderQuota(nanos);
    }

    /** Go in with a call of about so many tokens, if there is room for it: all of it or nothing is taken. */
    boolean enter(long estimate) {
        boolean room = running < maxRunning && pause(estimate).isZero();
        if (room) {
            running++;
            rates.take(1, estimate);
            requests.take(1);
            tokens.take(estimate);
        }
        return room;
    }

    /** The call has ended, and this is what it took. */
    void leave(long estimate, long used) {
        running--;
        rates.correct(estimate, used);
        tokens.take(used - estimate);
    }

    /** The vendor has said what is left. */
    void heard(RateLimitsReported news) {
        news.requests().ifPresent(requests::heard);
        news.tokens().ifPresent(tokens::heard);
    }

    /** How long the rates keep such a call out; zero also when only others that run are in its way. */
    Duration pause(long estimate) {
        return longer(rates.pause(1, estimate), longer(requests.pause(1), tokens.pause(estimate)));
    }

    int running() {
        return running;
    }

    /** What the vendor has left for us, as far as it said so lately. */
    OptionalLong requestsLeft() {
        return requests.left();
    }

    OptionalLong tokensLeft() {
        return tokens.left();
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
