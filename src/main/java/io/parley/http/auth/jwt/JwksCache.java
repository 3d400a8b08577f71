package io.parley.http.auth.jwt;

import io.parley.bus.Backoff;
import io.parley.config.AuthConfig;
import io.parley.contract.Problem;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Caches the keys that tokens may be signed with. Refreshes them at intervals and when a token names an unknown key;
 * keeps the last good ones if a refresh fails. Does not store unknown key ids, only the time of the last refresh that
 * one caused, so that a flood of invented ids costs neither memory nor fetches.
 */
final class JwksCache {

    private static final Logger LOG = LoggerFactory.getLogger(JwksCache.class);
    private static final Duration RETIRED_KEY_TTL = Duration.ofMinutes(5);
    private static final Duration MAX_AGE = Duration.ofHours(24);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));

    private final Vertx vertx;
    private final Supplier<Future<Jwks>> source;
    private final AuthConfig.Jwt config;
    private final LongSupplier nanos;
    private final Map<VerificationKey, Long> retired = new HashMap<>();
    private List<VerificationKey> current = List.of();
    private Future<?> pendingFetch = Future.succeededFuture();
    private long lastLookupAt;
    private int failures;
    private long timer = -1;

    JwksCache(Vertx vertx, Supplier<Future<Jwks>> source, AuthConfig.Jwt config, LongSupplier nanos) {
        this.vertx = vertx;
        this.source = source;
        this.config = config;
        this.nanos = nanos;
        this.lastLookupAt = nanos.getAsLong() - config.unknownKeyDelay().toNanos();
    }

    /** Fetches the keys, or joins the fetch in flight, and schedules the next refresh. Never fails. */
    Future<?> refresh() {
        if (pendingFetch.isComplete()) {
            vertx.cancelTimer(timer);
            pendingFetch = source.get().transform(this::onFetched);
        }
        return pendingFetch;
    }

    /** Whether there are any keys. */
    boolean ready() {
        return !current.isEmpty();
    }

    /** Whether {@code key} is accepted. A key that its server removed is still accepted for five minutes. */
    boolean contains(VerificationKey key) {
        long now = nanos.getAsLong();
        return current.contains(key) || retired.getOrDefault(key, now) - now > 0;
    }

    /** The key that {@code token} names. */
    Future<VerificationKey> find(ParsedJwt token) {
        return match(token).map(Future::succeededFuture).orElseGet(() -> fetchAndMatch(token));
    }

    private Future<VerificationKey> fetchAndMatch(ParsedJwt token) {
        if ((token.kid().isEmpty() && ready()) || !mayFetch()) {
            return Future.failedFuture(unknownKey());
        }
        return refresh()
                .compose(_ ->
                        match(token).map(Future::succeededFuture).orElseGet(() -> Future.failedFuture(unknownKey())));
    }

    /** A token that arrives during a fetch joins that fetch. */
    private boolean mayFetch() {
        if (!pendingFetch.isComplete()) {
            return true;
        }
        long now = nanos.getAsLong();
        boolean allowed = now - lastLookupAt >= config.unknownKeyDelay().toNanos();
        lastLookupAt = allowed ? now : lastLookupAt;
        return allowed;
    }

    /** A token without a key id is unambiguous only if there is exactly one key. */
    private Optional<VerificationKey> match(ParsedJwt token) {
        if (token.kid().isEmpty()) {
            return current.size() == 1 ? Optional.of(current.getFirst()) : Optional.empty();
        }
        return Stream.concat(current.stream(), retired.keySet().stream().filter(this::contains))
                .filter(key -> key.kid().equals(token.kid()) && key.alg().equals(token.alg()))
                .findFirst();
    }

    private RuntimeException unknownKey() {
        return ready()
                ? new InvalidTokenException("unknown key")
                : new Problem.Unavailable(Problem.Reason.NO_KEYS, BACKOFF.max()).toException();
    }

    private Future<Void> onFetched(AsyncResult<Jwks> result) {
        if (result.succeeded()) {
            failures = 0;
            replace(result.result().keys());
            scheduleRefresh(result.result().maxAge().map(this::clamp).orElse(config.jwksRefresh()));
        } else {
            LOG.atWarn()
                    .addKeyValue("kept", current.size())
                    .addKeyValue("reason", String.valueOf(result.cause().getMessage()))
                    .log("JWKS refresh failed; keeping the cached keys");
            scheduleRefresh(BACKOFF.delay(failures++));
        }
        return Future.succeededFuture();
    }

    private void replace(List<VerificationKey> keys) {
        if (!keys.equals(current)) {
            LOG.atInfo().addKeyValue("keys", keys.size()).log("JWKS changed");
        }
        long now = nanos.getAsLong();
        current.forEach(key -> retired.put(key, now + RETIRED_KEY_TTL.toNanos()));
        current = keys;
        retired.keySet().removeIf(key -> current.contains(key) || !contains(key));
    }

    private Duration clamp(Duration maxAge) {
        Duration raised = maxAge.compareTo(config.unknownKeyDelay()) < 0 ? config.unknownKeyDelay() : maxAge;
        return raised.compareTo(MAX_AGE) > 0 ? MAX_AGE : raised;
    }

    private void scheduleRefresh(Duration delay) {
        timer = vertx.setTimer(Math.max(1, delay.toMillis()), _ -> refresh());
    }
}
