package io.parley.provider;

import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** What an attempt may know of time: timers, a clock that never jumps, and the one on the wall. */
record Time(Vertx vertx, LongSupplier nanos, InstantSource wall) {}
