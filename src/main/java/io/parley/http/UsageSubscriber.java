package io.parley.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Problem;
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
    static final int MOST = 256;

    private final Vertx vertx;
    private final SseResponse channel;
    private final Duration heartbeat;
    private final Promise<Void> over = Promise.promise();
    private Buffer waiting = Buffer.buffer();
    private int events;
    private long dropped;
    private boolean busy;
    private boolean lost;
    private long beat;

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
    void until(Instant end, InstantSource clock) {
        long left = Math.max(1, Duration.between(clock.instant(), end).toMillis());
        long timer = vertx.setTimer(left, _ -> lose(new Problem.Unauthorized()));
        over().onComplete(_ -> vertx.cancelTimer(timer));
    }

    /** Write {@code event}, now or when the socket takes more. */
    void tell(Buffer event) {
        if (ended()) {
            return;
        }
        if (!busy) {
            write(event);
        } else if (events < MOST) {
            waiting.appendBuffer(event);
            events++;
        } else {
            dropped++;
        }
    }

    /** The client has gone. */
    void leave() {
        vertx.cancelTimer(beat);
        over.tryComplete();
    }

    @Override
    public void lose(Problem problem) {
        if (!ended()) {
            lost = true;
            vertx.cancelTimer(beat);
            ObjectNode view = JsonNodeFactory.instance
                    .objectNode()
                    .put("error", problem.detail())
                    .put("code", problem.code())
                    .put("retryable", problem.retryable());
            channel.end(event("error", view)).onComplete(_ -> over.tryComplete());
        }
    }

    @Override
    public Future<Void> over() {
        return over.future();
    }

    /** Whether the end was written, or nobody is there any more. */
    private boolean ended() {
        return lost || over.future().isComplete();
    }

    private void write(Buffer out) {
        busy = true;
        vertx.cancelTimer(beat);
        channel.write(out).onSuccess(_ -> written()).onFailure(_ -> leave());
    }

    private void written() {
        busy = false;
        if (ended()) {
            return;
        }
        if (events > 0 || dropped > 0) {
            Buffer out = waiting;
            if (dropped > 0) {
                out.appendBuffer(
                        event("dropped", JsonNodeFactory.instance.objectNode().put("count", dropped)));
            }
            waiting = Buffer.buffer();
            events = 0;
            dropped = 0;
            write(out);
        } else {
            beat = vertx.setTimer(heartbeat.toMillis(), _ -> write(Buffer.buffer(SseText.KEEPALIVE)));
        }
    }
}
