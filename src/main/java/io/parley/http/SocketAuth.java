package io.parley.http;

import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/** Who is at the other end of a socket: must be said in time, holds as long as the token, and stays the same user for ever. */
final class SocketAuth {

    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final AuthHandler guard;
    private final InstantSource clock;
    private final Consumer<SocketClose> close;
    private Optional<Caller> caller = Optional.empty();
    private long timer;
    private boolean stopped;

    /** @param close is told why the socket must be closed */
    SocketAuth(Vertx vertx, AuthHandler guard, InstantSource clock, Consumer<SocketClose> close) {
        this.vertx = vertx;
        this.guard = guard;
        this.clock = clock;
        this.close = close;
        this.timer = vertx.setTimer(DEADLINE.toMillis(), _ -> close.accept(SocketClose.AUTH_TIMEOUT));
    }

    Optional<Caller> caller() {
        return caller;
    }

    /** {@code known} is at the other end, until the credential ends. */
    void welcome(Caller known) {
        vertx.cancelTimer(timer);
        caller = Optional.of(known);
        known.expiresAt().ifPresent(this::expire);
    }

    /** Looks at a token; one that does not hold, or is somebody else's, closes the socket. Completes when that is decided. */
    Future<Void> show(String token) {
        return guard.verify(token).transform(answer -> {
            if (stopped) {
                return Future.succeededFuture(); // the socket has closed meanwhile
            }
            if (answer.failed()) {
                close.accept(
                        Problem.of(answer.cause()) instanceof Problem.Unauthorized
                                ? SocketClose.UNAUTHORIZED
                                : SocketClose.TRY_LATER);
            } else if (stranger(answer.result())) {
                close.accept(SocketClose.UNAUTHORIZED);
            } else {
                welcome(answer.result());
            }
            return Future.succeededFuture();
        });
    }

    void stop() {
        stopped = true;
        vertx.cancelTimer(timer);
    }

    private boolean stranger(Caller shown) {
        return caller.filter(known -> !known.user().equals(shown.user())).isPresent();
    }

    private void expire(Instant end) {
        long left = Duration.between(clock.instant(), end).toMillis();
        timer = vertx.setTimer(Math.max(1, left), _ -> close.accept(SocketClose.UNAUTHORIZED));
    }
}
