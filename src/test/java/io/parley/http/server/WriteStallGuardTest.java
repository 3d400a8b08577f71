package io.parley.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.parley.bus.Timers;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("WriteStallGuard")
class WriteStallGuardTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(8);

    private final Clock clock = new Clock();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<Integer> pending = new ArrayList<>();
    private int stalls;
    private final WriteStallGuard guard = new WriteStallGuard(clock, channel, TIMEOUT, new WriteStallGuard.Listener() {
        @Override
        public void onStalled() {
            stalls++;
        }

        @Override
        public void onPending(int change) {
            pending.add(change);
        }
    });

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    @DisplayName("reports a client that reads nothing for the whole timeout, once")
    void stalled() {
        guard.watch(Promise.<Void>promise().future());
        assertThat(stalls).isZero();
        clock.pass();
        assertThat(stalls).isEqualTo(1);
        assertThat(clock.tasks).isEmpty();
    }

    @Test
    @DisplayName("does not report a client that reads slowly")
    void slow() {
        guard.watch(Promise.<Void>promise().future());
        for (int i = 0; i < 20; i++) {
            var _ = channel.write(Unpooled.wrappedBuffer(new byte[16])); // the pending bytes have changed
            clock.pass();
        }
        assertThat(stalls).isZero();
        clock.pass();
        assertThat(stalls).isEqualTo(1);
    }

    @Test
    @DisplayName("counts a completed write as progress, and stops its timer when all are complete")
    void progress() {
        Promise<Void> first = Promise.promise();
        Promise<Void> second = Promise.promise();
        guard.watch(first.future());
        guard.watch(second.future());
        assertThat(clock.tasks).hasSize(1);
        first.complete();
        clock.pass();
        assertThat(stalls).isZero();
        second.complete();
        assertThat(clock.tasks).isEmpty();
        assertThat(pending).containsExactly(1, 1, -1, -1);
    }

    @Test
    @DisplayName("starts no timer for a write that is already complete")
    void atOnce() {
        Promise<Void> done = Promise.promise();
        done.complete();
        assertThat(guard.watch(done.future())).isSameAs(done.future());
        assertThat(clock.tasks).isEmpty();
        assertThat(pending).isEmpty();
    }

    /** Timers that fire when a test lets the timeout pass. */
    private static final class Clock implements Timers {
        private final Map<Long, Runnable> tasks = new HashMap<>();
        private long handles;

        @Override
        public long schedule(Duration delay, Runnable task) {
            assertThat(delay).isEqualTo(TIMEOUT);
            tasks.put(++handles, task);
            return handles;
        }

        @Override
        public void cancel(long handle) {
            tasks.remove(handle);
        }

        private void pass() {
            List<Runnable> due = List.copyOf(tasks.values());
            tasks.clear();
            due.forEach(Runnable::run);
        }
    }
}
