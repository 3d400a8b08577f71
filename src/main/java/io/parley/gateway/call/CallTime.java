package io.parley.gateway.call;

import io.parley.bus.Timers;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Groups the time sources and the deadline of calls.
 *
 * @param nanos a monotonic clock in nanoseconds
 * @param deadline the maximum time in the queue and between attempts before the first token; excludes the provider calls themselves
 */
public record CallTime(Timers timers, LongSupplier nanos, Duration deadline) {}
