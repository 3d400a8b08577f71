package io.parley.http.auth;

import io.parley.bus.Bus;
import io.parley.config.AuthConfig;
import io.parley.contract.Addresses;
import io.parley.contract.AuthMessage;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage;
import io.parley.http.auth.jwt.TokenAuthenticator;
import io.parley.http.auth.password.BcryptHash;
import io.parley.http.auth.password.PasswordAuthenticator;
import io.parley.http.auth.password.PasswordHashPool;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Verifies credentials with the configured methods and replies with the caller. One instance serves every event loop.
 * Starts even if the JWKS is unavailable: it is then not ready, and retries.
 */
public final class AuthVerticle extends VerticleBase {

    private static final Duration NOT_READY_RETRY_AFTER = Duration.ofSeconds(5);
    private static final String UNKNOWN_ADDRESS = "unknown";

    private final Bus bus;
    private final AuthConfig config;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private Optional<TokenAuthenticator> tokenAuthenticator = Optional.empty();
    private Optional<PasswordAuthenticator> passwordAuthenticator = Optional.empty();

    /**
     * @param clock the clock that the times in tokens are compared with
     * @param nanos a monotonic clock in nanoseconds
     */
    public AuthVerticle(Bus bus, AuthConfig config, InstantSource clock, LongSupplier nanos) {
        if (config.jwt().isEmpty() && config.basic().isEmpty()) {
            throw new IllegalArgumentException("no authentication method is configured");
        }
        this.bus = bus;
        this.config = config;
        this.clock = clock;
        this.nanos = nanos;
    }

    @Override
    public Future<?> start() {
        tokenAuthenticator = config.jwt().map(jwt -> new TokenAuthenticator(vertx, jwt, clock, nanos));
        passwordAuthenticator = config.basic().map(basic -> {
            BcryptHash hash = new BcryptHash(basic.passwordHash());
            return new PasswordAuthenticator(basic.user(), hash::matches, new PasswordHashPool(vertx), nanos);
        });
        Future<?> keys =
                tokenAuthenticator.<Future<?>>map(TokenAuthenticator::start).orElseGet(Future::succeededFuture);
        return keys.compose(_ -> bus.handle(Addresses.AUTH_VERIFY, this::verify))
                .compose(_ -> bus.handle(Addresses.AUTH_READY, this::ready));
    }

    private Future<StreamMessage.Ack> ready(AuthMessage.CheckReadiness request) {
        return tokenAuthenticator.map(TokenAuthenticator::ready).orElse(true)
                ? Future.succeededFuture(new StreamMessage.Ack())
                : Future.failedFuture(
                        new Problem.Unavailable(Problem.Reason.NO_KEYS, NOT_READY_RETRY_AFTER).toException());
    }

    private Future<Caller> verify(AuthMessage.Verify request) {
        String address = request.clientAddress().orElse(UNKNOWN_ADDRESS);
        return switch (request.credential()) {
            case AuthMessage.BearerCredential bearer ->
                tokenAuthenticator
                        .map(authenticator -> authenticator.verify(bearer.token()))
                        .orElseGet(AuthVerticle::unsupported);
            case AuthMessage.BasicCredential basic ->
                passwordAuthenticator
                        .map(authenticator -> authenticator.verify(basic, address))
                        .orElseGet(AuthVerticle::unsupported);
            case AuthMessage.ApiKeyCredential _ -> bus.request(Addresses.API_KEY_VERIFY, request);
        };
    }

    private static Future<Caller> unsupported() {
        return Future.failedFuture(new Problem.Unauthorized().toException());
    }
}
