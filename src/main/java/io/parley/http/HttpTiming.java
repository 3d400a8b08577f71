package io.parley.http;

import io.parley.http.server.HardenedHttpServer;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Holds the time limit and the clock of the public port.
 *
 * @param readTimeout limit for receiving the head of a request, and again for its body
 * @param nanos monotonic clock in nanoseconds, as {@link System#nanoTime}
 */
record HttpTiming(Duration readTimeout, LongSupplier nanos) {

    static HttpTiming defaults() {
        return new HttpTiming(HardenedHttpServer.READ_TIMEOUT, System::nanoTime);
    }
}
