package io.parley.http.auth.jwt;

import io.parley.config.AuthConfig;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Verifies bearer tokens. Used on one event loop only. */
public final class TokenAuthenticator {

    private static final Logger LOG = LoggerFactory.getLogger(TokenAuthenticator.class);
    private static final int MAX_CACHED_TOKENS = 10_000;

    private final InstantSource clock;
    private final ClaimsValidator claimsValidator;
    private final JwksCache jwksCache;
    private final TokenCache tokenCache = new TokenCache(MAX_CACHED_TOKENS);

    public TokenAuthenticator(Vertx vertx, AuthConfig.Jwt config, InstantSource clock, LongSupplier nanos) {
        JwksClient fetch = new JwksClient(vertx, config.jwksUrl());
        this.clock = clock;
        this.claimsValidator = new ClaimsValidator(config, clock);
        this.jwksCache = new JwksCache(vertx, fetch::fetch, config, nanos);
    }

    /** Fetches the keys. Succeeds even if the fetch fails. */
    public Future<?> start() {
        return jwksCache.refresh();
    }

    /** Whether there are any keys. */
    public boolean ready() {
        return jwksCache.ready();
    }

    public Future<Caller> verify(String text) {
        return Future.succeededFuture(text)
                .compose(
                        _ -> cached(text).map(Future::succeededFuture).orElseGet(() -> validate(ParsedJwt.parse(text))))
                .recover(TokenAuthenticator::toUnauthorized);
    }

    private Optional<Caller> cached(String text) {
        return Optional.of(text)
                .filter(ParsedJwt::withinLimit)
                .flatMap(token -> tokenCache.find(token, clock.instant()))
                .filter(found -> jwksCache.contains(found.key()))
                .map(TokenCache.Entry::caller);
    }

    private Future<Caller> validate(ParsedJwt token) {
        Caller caller = claimsValidator.caller(token.claims());
        return jwksCache
                .find(token)
                .compose(key -> key.verify(token)
                        .map(_ -> caller)
                        .onSuccess(_ -> tokenCache.put(token.text(), new TokenCache.Entry(caller, key))));
    }

    /** Every invalid token fails in the same way, so that the caller learns nothing about it. */
    private static Future<Caller> toUnauthorized(Throwable cause) {
        if (cause instanceof InvalidTokenException invalid) {
            LOG.atDebug().addKeyValue("reason", invalid.reason()).log("bearer token rejected");
            return Future.failedFuture(new Problem.Unauthorized().toException());
        }
        return Future.failedFuture(cause);
    }
}
