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

/** Who is at the other end of a socket: must be said in time, holds as long as the token, and stays the same user for ever. */
final class SocketAuth {

    private static final Duration AUTH_TIMEOUT = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final AuthHandler authHandler;
    private final InstantSource clock;
    private final Consumer<SocketClose> onClose;
    private Optional<Caller> caller = Optional.empty();
    private long timer;
    private boolean stopped;

    /** @param onClose is told why the socket must be closed */
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

    /** {@code newCaller} is at the other end, until the credential ends. */
    void authenticated(Caller newCaller) {
        vertx.cancelTimer(timer);
        caller = Optional.of(newCaller);
        newCaller.expiresAt().ifPresent(this::expire);
    }

    /** Looks at a token; one that does not hold, or is somebody else's, closes the socket. Completes when that is decided. */
    Future<Void> authenticate(String token) {
        return authHandler.verify(token).transform(verified -> {
            if (stopped) {
                return Future.succeededFuture(); // the socket has closed meanwhile
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
