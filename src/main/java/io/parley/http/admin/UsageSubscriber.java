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
 * One reader of what is happening now. While its socket is busy a bounded number of events wait for it; what does not fit is dropped,
 * and the reader is told how many. Hears a comment when nothing else happens, and nothing more once its credential has ended.
 */
final class UsageSubscriber implements OpenStream {

    /** How many events may wait. */
    static final int MAX_BUFFERED = 256;

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

    /** An event as it is written. */
    static Buffer event(String name, ObjectNode data) {
        return SseText.event(Buffer.buffer(), name, data);
    }

    /** Begin to write. */
    void start() {
        channel.open();
        write(SseText.opening());
    }

    /** Write nothing after {@code end}. */
    void expireAt(Instant end, InstantSource clock) {
        long delay = Math.max(1, Duration.between(clock.instant(), end).toMillis());
        long timer = vertx.setTimer(delay, _ -> abort(new Problem.Unauthorized()));
        completion().onComplete(_ -> vertx.cancelTimer(timer));
    }

    /** Write {@code event}, now or when the socket takes more. */
    void send(Buffer event) {
        if (isEnded()) {
            return;
        }
        if (!writing) {
            write(event);
        } else if (buffered < MAX_BUFFERED) {
            buffer.appendBuffer(event);
            buffered++;
        } else {
            dropped++;
        }
    }

    /** The client has gone. */
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

    /** Whether the end was written, or nobody is there any more. */
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
