package io.parley.http;

import io.parley.bus.Bus;
import io.parley.bus.LogReader;
import io.parley.contract.Addresses;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The streams that are read at this port, so that none is cut without a word when the port is closed or a key is taken back. */
final class OpenStreams {

    /** How long streams may take to be told. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Set<OpenStream> open = new HashSet<>();
    private final Map<OpenStream, String> keys = new HashMap<>();

    OpenStreams(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Begin to listen for keys that are taken back. */
    Future<?> start(Bus bus) {
        return bus.listen(
                Addresses.KEY_REVOKED,
                revoked -> List.copyOf(keys.entrySet()).stream()
                        .filter(each -> each.getValue().equals(revoked.id()))
                        .forEach(each -> each.getKey().lose(new Problem.Unauthorized())));
    }

    /** A stream that ends when {@code caller} may read no more: at once, if that is a key that is taken back. */
    void add(OpenStream stream, Caller caller) {
        add(stream);
        caller.apiKey().ifPresent(key -> {
            keys.put(stream, key.keyId());
            stream.over().onComplete(_ -> keys.remove(stream));
        });
    }

    void add(OpenStream stream) {
        open.add(stream);
        stream.over().onComplete(_ -> open.remove(stream));
    }

    /** A log that is read for a client. */
    void add(LogReader reader) {
        add(new OpenStream() {
            @Override
            public void lose(Problem problem) {
                reader.abort(problem);
            }

            @Override
            public Future<Void> over() {
                return reader.done();
            }
        });
    }

    /** How many there are. */
    int size() {
        return open.size();
    }

    /** Completes when every stream has had its last word; before that, they may end by themselves for {@code grace}. */
    Future<Void> close(Duration grace) {
        return settled(grace).compose(_ -> {
            Problem leaving = new Problem.Unavailable(Problem.Reason.SHUTTING_DOWN, DrainState.PAUSE);
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
