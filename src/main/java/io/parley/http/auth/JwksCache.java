package io.parley.http.auth;

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
 * The keys that tokens may be signed with: fetched at the start and from time to time, the last good ones kept when their server
 * is out of reach, and asked for once more when a token names a key that is not here. Remembers no unknown key's name, only when
 * it last asked because of one, so a flood of made-up names costs neither memory nor fetches.
 */
final class JwksCache {

    private static final Logger LOG = LoggerFactory.getLogger(JwksCache.class);
    private static final Duration GRACE = Duration.ofMinutes(5);
    private static final Duration LONGEST_AGE = Duration.ofHours(24);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));

    private final Vertx vertx;
    private final Supplier<Future<Jwks>> source;
    private final AuthConfig.Jwt config;
    private final LongSupplier nanos;
    private final Map<VerificationKey, Long> retired = new HashMap<>();
    private List<VerificationKey> current = List.of();
    private Future<?> fetching = Future.succeededFuture();
    private long askedAt;
    private int failures;
    private long timer = -1;

    JwksCache(Vertx vertx, Supplier<Future<Jwks>> source, AuthConfig.Jwt config, LongSupplier nanos) {
        this.vertx = vertx;
        this.source = source;
        this.config = config;
        this.nanos = nanos;
        this.askedAt = nanos.getAsLong() - config.unknownKeyPause().toNanos();
    }

    /** Fetches the keys, unless that is under way; whatever comes of it, the next time is planned. Never fails. */
    Future<?> refresh() {
        if (fetching.isComplete()) {
            vertx.cancelTimer(timer);
            fetching = source.get().transform(this::fetched);
        }
        return fetching;
    }

    /** Whether anybody can be verified. */
    boolean ready() {
        return !current.isEmpty();
    }

    /** Whether {@code key} is still accepted; one that its server dropped is for a while. */
    boolean holds(VerificationKey key) {
        long now = nanos.getAsLong();
        return current.contains(key) || retired.getOrDefault(key, now) - now > 0;
    }

    /** The key that {@code token} says it is signed with. */
    Future<VerificationKey> find(ParsedJwt token) {
        return match(token).map(Future::succeededFuture).orElseGet(() -> ask(token));
    }

    private Future<VerificationKey> ask(ParsedJwt token) {
        if ((token.kid().isEmpty() && ready()) || !mayAsk()) {
            return Future.failedFuture(unknown());
        }
        return refresh()
                .compose(
                        _ -> match(token).map(Future::succeededFuture).orElseGet(() -> Future.failedFuture(unknown())));
    }

    /** Whoever comes while a fetch is under way waits for that one. */
    private boolean mayAsk() {
        if (!fetching.isComplete()) {
            return true;
        }
        long now = nanos.getAsLong();
        boolean may = now - askedAt >= config.unknownKeyPause().toNanos();
        askedAt = may ? now : askedAt;
        return may;
    }

    /** A token without a key's name is clear only while there is one key. */
    private Optional<VerificationKey> match(ParsedJwt token) {
        if (token.kid().isEmpty()) {
            return current.size() == 1 ? Optional.of(current.getFirst()) : Optional.empty();
        }
        return Stream.concat(current.stream(), retired.keySet().stream().filter(this::holds))
                .filter(key -> key.kid().equals(token.kid()) && key.alg().equals(token.alg()))
                .findFirst();
    }

    private RuntimeException unknown() {
        return ready()
                ? new InvalidTokenException("unknown key")
                : new Problem.Unavailable(Problem.Reason.NO_KEYS, BACKOFF.max()).toException();
    }

    private Future<Void> fetched(AsyncResult<Jwks> answer) {
        if (answer.succeeded()) {
            failures = 0;
            replace(answer.result().keys());
            plan(answer.result().maxAge().map(this::sensible).orElse(config.jwksRefresh()));
        } else {
            LOG.atWarn()
                    .addKeyValue("kept", current.size())
                    .addKeyValue("reason", String.valueOf(answer.cause().getMessage()))
                    .log("the keys of tokens could not be fetched; those we have serve on");
            plan(BACKOFF.pause(failures++));
        }
        return Future.succeededFuture();
    }

    private void replace(List<VerificationKey> keys) {
        if (!keys.equals(current)) {
            LOG.atInfo().addKeyValue("keys", keys.size()).log("the keys of tokens have changed");
        }
        long now = nanos.getAsLong();
        current.forEach(key -> retired.put(key, now + GRACE.toNanos()));
        current = keys;
        retired.keySet().removeIf(key -> current.contains(key) || !holds(key));
    }

    private Duration sensible(Duration maxAge) {
        Duration atLeast = maxAge.compareTo(config.unknownKeyPause()) < 0 ? config.unknownKeyPause() : maxAge;
        return atLeast.compareTo(LONGEST_AGE) > 0 ? LONGEST_AGE : atLeast;
    }

    private void plan(Duration pause) {
        timer = vertx.setTimer(Math.max(1, pause.toMillis()), _ -> refresh());
    }
}
