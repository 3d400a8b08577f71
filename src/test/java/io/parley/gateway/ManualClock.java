package io.parley.gateway;

import io.parley.bus.Timers;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** A clock with timers that advances only when a test calls {@code advance}. */
public final class ManualClock implements Timers, LongSupplier {

    private final Map<Long, Timer> timers = new HashMap<>();
    private long now = -1_000_000_000_000L; // negative, as System::nanoTime may be
    private long lastHandle;

    private record Timer(long handle, long at, Runnable task) {}

    @Override
    public long getAsLong() {
        return now;
    }

    @Override
    public long schedule(Duration delay, Runnable task) {
        timers.put(++lastHandle, new Timer(lastHandle, now + Math.max(1, delay.toNanos()), task));
        return lastHandle;
    }

    @Override
    public void cancel(long handle) {
        timers.remove(handle);
    }

    /** Advances the clock and runs the timers that become due, in order. */
    public void advance(Duration duration) {
        long until = now + duration.toNanos();
        for (Optional<Timer> next = next(until); next.isPresent(); next = next(until)) {
            timers.remove(next.get().handle);
            now = next.get().at;
            next.get().task.run();
        }
        now = until;
    }

    public int pending() {
        return timers.size();
    }

    private Optional<Timer> next(long until) {
        return timers.values().stream()
                .filter(timer -> timer.at <= until)
                .min(Comparator.comparingLong(Timer::at).thenComparingLong(Timer::handle));
    }
}
