package io.parley.http.auth;

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

/** Says who a bearer token speaks for. Lives on one event loop. */
final class TokenAuthenticator {

    private static final Logger LOG = LoggerFactory.getLogger(TokenAuthenticator.class);
    private static final int REMEMBERED = 10_000;

    private final InstantSource clock;
    private final ClaimsValidator claims;
    private final JwksCache keys;
    private final TokenCache verified = new TokenCache(REMEMBERED);

    TokenAuthenticator(Vertx vertx, AuthConfig.Jwt config, InstantSource clock, LongSupplier nanos) {
        JwksClient fetch = new JwksClient(vertx, config.jwksUrl());
        this.clock = clock;
        this.claims = new ClaimsValidator(config, clock);
        this.keys = new JwksCache(vertx, fetch::fetch, config, nanos);
    }

    /** Fetches the keys; succeeds also when they cannot be had yet. */
    Future<?> start() {
        return keys.refresh();
    }

    /** Whether there are keys. */
    boolean ready() {
        return keys.ready();
    }

    Future<Caller> verify(String text) {
        return Future.succeededFuture(text)
                .compose(_ -> remembered(text).map(Future::succeededFuture).orElseGet(() -> checked(ParsedJwt.parse(text))))
                .recover(TokenAuthenticator::refused);
    }

    private Optional<Caller> remembered(String text) {
        return Optional.of(text)
                .filter(ParsedJwt::fits)
                .flatMap(token -> verified.find(token, clock.instant()))
                .filter(found -> keys.holds(found.key()))
                .map(TokenCache.Entry::caller);
    }

    private Future<Caller> checked(ParsedJwt token) {
        Caller caller = claims.caller(token.claims());
        return keys.find(token)
                .compose(key -> key.verify(token)
                        .map(_ -> caller)
                        .onSuccess(_ -> verified.remember(token.text(), new TokenCache.Entry(caller, key))));
    }

    /** Whatever is wrong with a token, its bearer hears the same. */
    private static Future<Caller> refused(Throwable cause) {
        if (cause instanceof InvalidTokenException refused) {
            LOG.atDebug().addKeyValue("reason", refused.reason()).log("a token is not accepted");
            return Future.failedFuture(new Problem.Unauthorized().toException());
        }
        return Future.failedFuture(cause);
    }
}
