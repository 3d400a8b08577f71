/** Counts and measures what is told on the bus, for Prometheus. */
@NullMarked
package io.parley.metrics;

import org.jspecify.annotations.NullMarked;
