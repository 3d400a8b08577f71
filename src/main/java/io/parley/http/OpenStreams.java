package io.parley.http;

import io.parley.contract.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The streams that are read at this port, so that none is cut without a word when the port is closed. */
final class OpenStreams {

    /** How long streams may take to end by themselves, and then to be told. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Set<RunFollower> open = new HashSet<>();

    OpenStreams(Vertx vertx) {
        this.vertx = vertx;
    }

    void add(RunFollower follower) {
        open.add(follower);
        follower.over().onComplete(_ -> open.remove(follower));
    }

    /** How many there are. */
    int size() {
        return open.size();
    }

    /** Completes when every stream has had its last word. */
    Future<Void> close() {
        return settled().compose(_ -> {
            Problem leaving = new Problem.Unavailable(Problem.Reason.SHUTTING_DOWN, Draining.PAUSE);
            List.copyOf(open).forEach(follower -> follower.lose(leaving));
            return settled();
        });
    }

    private Future<Void> settled() {
        if (open.isEmpty()) {
            return Future.succeededFuture();
        }
        Future<?> all = Future.join(open.stream().map(RunFollower::over).toList());
        return Future.future(done -> {
            long timer = vertx.setTimer(PATIENCE.toMillis(), _ -> done.tryComplete());
            all.onComplete(_ -> {
                vertx.cancelTimer(timer);
                done.tryComplete();
            });
        });
    }
}
