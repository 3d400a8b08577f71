package io.parley.http.websocket;

import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.Problem;
import io.parley.http.routing.AuthHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/** Tracks the caller of one socket: requires authentication in time, closes the socket when the token expires, rejects a change of user. */
final class SocketAuth {

    private static final Duration AUTH_TIMEOUT = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final AuthHandler authHandler;
    private final InstantSource clock;
    private final Consumer<SocketClose> onClose;
    private Optional<Caller> caller = Optional.empty();
    private long timer;
    private boolean stopped;

    /** @param onClose receives the reason when the socket must be closed */
    SocketAuth(Vertx vertx, AuthHandler authHandler, InstantSource clock, Consumer<SocketClose> onClose) {
        this.vertx = vertx;
        this.authHandler = authHandler;
        this.clock = clock;
        this.onClose = onClose;
        this.timer = vertx.setTimer(AUTH_TIMEOUT.toMillis(), _ -> onClose.accept(SocketClose.AUTH_TIMEOUT));
    }

    Optional<Caller> caller() {
        return caller;
    }

    /** Sets the caller until its credential expires. */
    void authenticated(Caller newCaller) {
        vertx.cancelTimer(timer);
        caller = Optional.of(newCaller);
        newCaller.expiresAt().ifPresent(this::expire);
    }

    /** Verifies a token; closes the socket if it is invalid or belongs to another user. Completes after the verification; never fails. */
    Future<Void> authenticate(String token) {
        return authHandler.verify(token).transform(verified -> {
            if (stopped) {
                return Future.succeededFuture(); // the socket was closed in the meantime
            }
            if (verified.failed()) {
                onClose.accept(
                        Problem.of(verified.cause()) instanceof Problem.Unauthorized
                                ? SocketClose.UNAUTHORIZED
                                : SocketClose.TRY_LATER);
            } else if (isOtherUser(verified.result())) {
                onClose.accept(SocketClose.UNAUTHORIZED);
            } else {
                authenticated(verified.result());
            }
            return Future.succeededFuture();
        });
    }

    void stop() {
        stopped = true;
        vertx.cancelTimer(timer);
    }

    private boolean isOtherUser(Caller other) {
        return caller.filter(current -> !current.user().equals(other.user())).isPresent();
    }

    private void expire(Instant end) {
        long delay = Duration.between(clock.instant(), end).toMillis();
        timer = vertx.setTimer(Math.max(1, delay), _ -> onClose.accept(SocketClose.UNAUTHORIZED));
    }
}
