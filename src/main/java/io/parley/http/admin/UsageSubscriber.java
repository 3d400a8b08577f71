package io.parley.http.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Problem;
import io.parley.http.stream.OpenStream;
import io.parley.http.stream.SseResponse;
import io.parley.http.stream.SseText;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Streams usage events to one client. While the socket is busy, a bounded number of events is buffered; further events are dropped and
 * counted in an event {@code dropped}. Sends a comment when idle, and ends when the credential of the client expires.
 */
final class UsageSubscriber implements OpenStream {

    static final int MAX_BUFFERED_EVENTS = 256;

    private final Vertx vertx;
    private final SseResponse channel;
    private final Duration heartbeat;
    private final Promise<Void> completion = Promise.promise();
    private Buffer buffer = Buffer.buffer();
    private int buffered;
    private long dropped;
    private boolean writing;
    private boolean aborted;
    private long heartbeatTimer;

    UsageSubscriber(Vertx vertx, SseResponse channel, Duration heartbeat) {
        this.vertx = vertx;
        this.channel = channel;
        this.heartbeat = heartbeat;
    }

    /** Returns an event in SSE format. */
    static Buffer event(String name, ObjectNode data) {
        return SseText.event(Buffer.buffer(), name, data);
    }

    /** Opens the stream with the response head and the reconnection delay. */
    void start() {
        channel.open();
        write(SseText.opening());
    }

    /** Aborts the stream at {@code end}. */
    void expireAt(Instant end, InstantSource clock) {
        long delay = Math.max(1, Duration.between(clock.instant(), end).toMillis());
        long timer = vertx.setTimer(delay, _ -> abort(new Problem.Unauthorized()));
        completion().onComplete(_ -> vertx.cancelTimer(timer));
    }

    /** Writes {@code event} now, or after the current write. */
    void send(Buffer event) {
        if (isEnded()) {
            return;
        }
        if (!writing) {
            write(event);
        } else if (buffered < MAX_BUFFERED_EVENTS) {
            buffer.appendBuffer(event);
            buffered++;
        } else {
            dropped++;
        }
    }

    /** Called when the client has disconnected. */
    void cancel() {
        vertx.cancelTimer(heartbeatTimer);
        completion.tryComplete();
    }

    @Override
    public void abort(Problem problem) {
        if (!isEnded()) {
            aborted = true;
            vertx.cancelTimer(heartbeatTimer);
            ObjectNode view = JsonNodeFactory.instance
                    .objectNode()
                    .put("error", problem.detail())
                    .put("code", problem.code())
                    .put("retryable", problem.retryable());
            channel.end(event("error", view)).onComplete(_ -> completion.tryComplete());
        }
    }

    @Override
    public Future<Void> completion() {
        return completion.future();
    }

    /** Whether the stream was aborted or the client has disconnected. */
    private boolean isEnded() {
        return aborted || completion.future().isComplete();
    }

    private void write(Buffer out) {
        writing = true;
        vertx.cancelTimer(heartbeatTimer);
        channel.write(out).onSuccess(_ -> onWritten()).onFailure(_ -> cancel());
    }

    private void onWritten() {
        writing = false;
        if (isEnded()) {
            return;
        }
        if (buffered > 0 || dropped > 0) {
            Buffer out = buffer;
            if (dropped > 0) {
                out.appendBuffer(
                        event("dropped", JsonNodeFactory.instance.objectNode().put("count", dropped)));
            }
            buffer = Buffer.buffer();
            buffered = 0;
            dropped = 0;
            write(out);
        } else {
            heartbeatTimer = vertx.setTimer(heartbeat.toMillis(), _ -> write(Buffer.buffer(SseText.KEEPALIVE)));
        }
    }
}
