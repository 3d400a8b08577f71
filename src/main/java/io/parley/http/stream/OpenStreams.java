package io.parley.http.stream;

import io.parley.bus.Bus;
import io.parley.bus.LogReader;
import io.parley.contract.Addresses;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.Problem;
import io.parley.http.server.DrainState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The streams that are read at this port, so that none is cut without a word when the port is closed or a key is taken back. */
public final class OpenStreams {

    /** How long streams may take to be told. */
    public static final Duration ABORT_TIMEOUT = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Set<OpenStream> streams = new HashSet<>();
    private final Map<OpenStream, String> keys = new HashMap<>();

    public OpenStreams(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Begin to listen for keys that are taken back. */
    public Future<?> start(Bus bus) {
        return bus.subscribe(
                Addresses.KEY_REVOKED,
                revoked -> List.copyOf(keys.entrySet()).stream()
                        .filter(entry -> entry.getValue().equals(revoked.id()))
                        .forEach(entry -> entry.getKey().abort(new Problem.Unauthorized())));
    }

    /** A stream that ends when {@code caller} may read no more: at once, if that is a key that is taken back. */
    public void add(OpenStream stream, Caller caller) {
        add(stream);
        caller.apiKey().ifPresent(key -> {
            keys.put(stream, key.keyId());
            stream.completion().onComplete(_ -> keys.remove(stream));
        });
    }

    public void add(OpenStream stream) {
        streams.add(stream);
        stream.completion().onComplete(_ -> streams.remove(stream));
    }

    /** A log that is read for a client. */
    public void add(LogReader reader) {
        add(new OpenStream() {
            @Override
            public void abort(Problem problem) {
                reader.abort(problem);
            }

            @Override
            public Future<Void> completion() {
                return reader.done();
            }
        });
    }

    /** How many there are. */
    public int size() {
        return streams.size();
    }

    /** Completes when every stream has had its last word; before that, they may end by themselves for {@code grace}. */
    public Future<Void> close(Duration grace) {
        return awaitAll(grace).compose(_ -> {
            Problem problem = new Problem.Unavailable(Problem.Reason.SHUTTING_DOWN, DrainState.RETRY_AFTER);
            List.copyOf(streams).forEach(stream -> stream.abort(problem));
            return awaitAll(ABORT_TIMEOUT);
        });
    }

    private Future<Void> awaitAll(Duration timeout) {
        if (streams.isEmpty()) {
            return Future.succeededFuture();
        }
        Future<?> all = Future.join(streams.stream().map(OpenStream::completion).toList());
        return Future.future(promise -> {
            long timer = vertx.setTimer(timeout.toMillis(), _ -> promise.tryComplete());
            all.onComplete(_ -> {
                vertx.cancelTimer(timer);
                promise.tryComplete();
            });
        });
    }
}
