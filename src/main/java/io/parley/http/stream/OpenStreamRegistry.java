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

/** Tracks the open streams of one HTTP server and aborts them, with a final error event, on shutdown or when their API key is revoked. */
public final class OpenStreamRegistry {

    /** How long aborted streams may take to send their final event. */
    public static final Duration ABORT_TIMEOUT = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Set<OpenStream> streams = new HashSet<>();
    private final Map<OpenStream, String> keys = new HashMap<>();

    public OpenStreamRegistry(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Subscribes to the revocation of API keys. */
    public Future<?> start(Bus bus) {
        return bus.subscribe(
                Addresses.API_KEY_REVOKED,
                revoked -> List.copyOf(keys.entrySet()).stream()
                        .filter(entry -> entry.getValue().equals(revoked.id()))
                        .forEach(entry -> entry.getKey().abort(new Problem.Unauthorized())));
    }

    /** Adds a stream that is aborted when the API key of {@code caller} is revoked. */
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

    /** Adds the stream that {@code reader} sends to a client. */
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

    /** Returns the number of open streams. */
    public int size() {
        return streams.size();
    }

    /**
     * Waits at most {@code grace} for all streams to end on their own, then aborts the rest and waits for their final
     * events.
     */
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
