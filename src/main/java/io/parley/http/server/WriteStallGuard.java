package io.parley.http.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.parley.bus.Timers;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Detects a client that reads nothing: writes are pending, and for a whole timeout not one of their bytes has left. A client that reads
 * slowly has all the time it needs. Does not know what is written, nor how a connection is closed.
 */
public final class WriteStallGuard {

    private static final long NONE = -1;

    /** Hears of writes that wait. */
    @FunctionalInterface
    public interface Listener {

        /** The client has read nothing for a whole timeout. */
        void onStalled();

        /** So many more writes wait for the client; fewer, if negative. */
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

    /** What the client has not read yet. */
    private record Progress(long completed, long bytesLeft, long bytesOfNext) {}

    /** Gives {@code write} its time to reach the socket. */
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

    /** One timer at most, and none while the client has read everything. */
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
