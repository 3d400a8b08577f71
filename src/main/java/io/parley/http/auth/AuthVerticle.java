package io.parley.http.auth;

import io.parley.bus.Bus;
import io.parley.config.AuthConfig;
import io.parley.contract.Addresses;
import io.parley.contract.AuthMessage;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says who a credential speaks for. One instance serves every event loop. Starts also while the server of the keys is out of
 * reach: then it is not ready, and keeps trying.
 */
public final class AuthVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(AuthVerticle.class);
    private static final int REMEMBERED = 10_000;
    private static final Duration NOT_READY_PAUSE = Duration.ofSeconds(5);

    private final Bus bus;
    private final AuthConfig.Jwt config;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final ClaimGate claims;
    private final VerifiedTokens verified = new VerifiedTokens(REMEMBERED);
    private @Nullable KeyRing keys;

    /**
     * @param clock what the times of tokens are compared with
     * @param nanos what pauses are measured with
     */
    public AuthVerticle(Bus bus, AuthConfig config, InstantSource clock, LongSupplier nanos) {
        this.bus = bus;
        this.config =
                config.jwt().orElseThrow(() -> new IllegalArgumentException("no way to verify tokens is configured"));
        this.clock = clock;
        this.nanos = nanos;
        this.claims = new ClaimGate(this.config, clock);
    }

    @Override
    public Future<?> start() {
        JwksFetch fetch = new JwksFetch(vertx, config.jwksUrl());
        keys = new KeyRing(vertx, fetch::fetch, config, nanos);
        return keys.refresh()
                .compose(_ -> bus.answer(Addresses.AUTH_VERIFY, this::verify))
                .compose(_ -> bus.answer(Addresses.AUTH_READY, this::ready));
    }

    private KeyRing keys() {
        if (keys == null) {
            throw new IllegalStateException("not started");
        }
        return keys;
    }

    private Future<StreamMessage.Done> ready(AuthMessage.Ready question) {
        return keys().ready()
                ? Future.succeededFuture(new StreamMessage.Done())
                : Future.failedFuture(new Problem.Unavailable(Problem.Reason.NO_KEYS, NOT_READY_PAUSE).toException());
    }

    private Future<Caller> verify(AuthMessage.Verify question) {
        return switch (question.credential()) {
            case AuthMessage.Bearer bearer -> verify(bearer.token()).recover(AuthVerticle::refused);
            case AuthMessage.ApiKey _ -> bus.ask(Addresses.KEY_VERIFY, question);
        };
    }

    private Future<Caller> verify(String text) {
        return Future.succeededFuture(text)
                .compose(
                        _ -> remembered(text).map(Future::succeededFuture).orElseGet(() -> checked(Token.parse(text))));
    }

    private Optional<Caller> remembered(String text) {
        return Optional.of(text)
                .filter(Token::fits)
                .flatMap(token -> verified.find(token, clock.instant()))
                .filter(found -> keys().holds(found.key()))
                .map(VerifiedTokens.Verified::caller);
    }

    private Future<Caller> checked(Token token) {
        Caller caller = claims.caller(token.claims());
        return keys().find(token)
                .compose(key -> key.verify(token)
                        .map(_ -> caller)
                        .onSuccess(_ -> verified.remember(token.text(), new VerifiedTokens.Verified(caller, key))));
    }

    /** Whatever is wrong with a token, its bearer hears the same. */
    private static Future<Caller> refused(Throwable cause) {
        if (cause instanceof RefusedToken refused) {
            LOG.atDebug().addKeyValue("reason", refused.reason()).log("a token is not accepted");
            return Future.failedFuture(new Problem.Unauthorized().toException());
        }
        return Future.failedFuture(cause);
    }
}
