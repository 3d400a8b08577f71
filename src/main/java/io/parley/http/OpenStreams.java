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

    /** How long streams may take to be told. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Set<OpenStream> open = new HashSet<>();

    OpenStreams(Vertx vertx) {
        this.vertx = vertx;
    }

    void add(OpenStream stream) {
        open.add(stream);
        stream.over().onComplete(_ -> open.remove(stream));
    }

    /** How many there are. */
    int size() {
        return open.size();
    }

    /** Completes when every stream has had its last word; before that, they may end by themselves for {@code grace}. */
    Future<Void> close(Duration grace) {
        return settled(grace).compose(_ -> {
            Problem leaving = new Problem.Unavailable(Problem.Reason.SHUTTING_DOWN, Draining.PAUSE);
            List.copyOf(open).forEach(stream -> stream.lose(leaving));
            return settled(PATIENCE);
        });
    }

    private Future<Void> settled(Duration patience) {
        if (open.isEmpty()) {
            return Future.succeededFuture();
        }
        Future<?> all = Future.join(open.stream().map(OpenStream::over).toList());
        return Future.future(done -> {
            long timer = vertx.setTimer(patience.toMillis(), _ -> done.tryComplete());
            all.onComplete(_ -> {
                vertx.cancelTimer(timer);
                done.tryComplete();
            });
        });
    }
}
