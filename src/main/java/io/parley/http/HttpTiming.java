package io.parley.http;

import io.parley.http.server.HardenedHttpServer;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Says how the public port measures time.
 *
 * @param phase how long the head of a request, and then its body, may take
 * @param nanos a monotonic clock, as {@link System#nanoTime}
 */
record HttpTiming(Duration phase, LongSupplier nanos) {

    static HttpTiming defaults() {
        return new HttpTiming(HardenedHttpServer.READ_TIMEOUT, System::nanoTime);
    }
}
