/** Derives Prometheus metrics from the events on the bus. */
@NullMarked
package io.parley.metrics;

import org.jspecify.annotations.NullMarked;
