package io.parley.bus;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two clocks of a server.
 *
 * @param wall what time it is; may jump
 * @param nanos how much time passes; never jumps, as {@code System::nanoTime}
 */
public record Clocks(InstantSource wall, LongSupplier nanos) {

    public static Clocks system() {
        return new Clocks(InstantSource.system(), System::nanoTime);
    }
}
