package io.parley.provider.attempt;

import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** The time sources of an attempt: timers, a monotonic clock in nanoseconds, and the wall clock. */
public record AttemptClocks(Vertx vertx, LongSupplier nanos, InstantSource clock) {}
