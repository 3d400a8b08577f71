package io.parley.http.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.parley.bus.Timers;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Detects a client that has stopped reading: writes are pending, and not one byte of them has been sent for a whole timeout. A client
 * that reads slowly is not limited. Does not close the connection.
 */
public final class WriteStallGuard {

    private static final long NONE = -1;

    /** Receives the state of pending writes. */
    @FunctionalInterface
    public interface Listener {

        /** Called when the client has read nothing for a whole timeout. */
        void onStalled();

        /** Called when the number of pending writes changes by {@code change}, which may be negative. */
        default void onPending(int change) {}
    }

    private final Timers timers;
    private final Channel channel;
    private final Duration timeout;
    private final Listener listener;
    private int pending;
    private long completed;
    private long timer = NONE;

    public WriteStallGuard(Timers timers, Channel channel, Duration timeout, Listener listener) {
        this.timers = timers;
        this.channel = channel;
        this.timeout = timeout;
        this.listener = listener;
    }

    /** What has been written and what is still pending; two equal values mean no progress. */
    private record Progress(long completed, long bytesLeft, long bytesOfNext) {}

    /** Watches {@code write} until it reaches the socket; returns it. */
    public Future<Void> watch(Future<Void> write) {
        if (!write.isComplete()) {
            change(1);
            if (timer == NONE) {
                checkLater(progress());
            }
            write.onComplete(_ -> {
                completed++;
                change(-1);
            });
        }
        return write;
    }

    private void change(int change) {
        pending += change;
        listener.onPending(change);
        if (pending == 0) {
            timers.cancel(timer);
            timer = NONE;
        }
    }

    /** At most one timer runs, and none while no write is pending. */
    private void checkLater(Progress before) {
        timer = timers.schedule(timeout, () -> check(before));
    }

    private void check(Progress before) {
        timer = NONE;
        Progress now = progress();
        if (now.equals(before)) {
            listener.onStalled();
        } else {
            checkLater(now);
        }
    }

    private Progress progress() {
        @Nullable ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null
                ? new Progress(completed, 0, 0)
                : new Progress(completed, buffer.totalPendingWriteBytes(), buffer.currentProgress());
    }
}
