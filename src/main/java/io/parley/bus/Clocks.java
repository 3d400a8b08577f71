package io.parley.bus;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Groups the wall clock and the monotonic clock of a server.
 *
 * @param wall the wall clock, which may jump
 * @param nanos a monotonic clock in nanoseconds, for example {@code System::nanoTime}
 */
public record Clocks(InstantSource wall, LongSupplier nanos) {

    public static Clocks system() {
        return new Clocks(InstantSource.system(), System::nanoTime);
    }
}
