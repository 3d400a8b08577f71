package io.parley.http.server;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Groups the dependencies that nearly every part of an HTTP server has.
 *
 * @param nanos a monotonic clock, for measuring durations
 */
public record ServerContext(Vertx vertx, Bus bus, Ids ids, LongSupplier nanos) {

    /** Returns the wall clock. */
    public InstantSource clock() {
        return ids.clock();
    }
}
