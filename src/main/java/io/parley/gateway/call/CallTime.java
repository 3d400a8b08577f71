package io.parley.gateway.call;

import io.parley.bus.Timers;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The time that calls are measured by.
 *
 * @param nanos a clock that never jumps
 * @param deadline how long a request may wait before its first token, besides for vendors themselves
 */
public record CallTime(Timers timers, LongSupplier nanos, Duration deadline) {}
